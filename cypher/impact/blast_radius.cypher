// title:   How much hangs on each source?
// answers: For each data source, what is downstream of anything it ever delivered: counts, and the farthest distance
//          from the source. Live: not invalidated, and no later version of the same artifact. One pruned walk for each
//          source.
// param:   source  string  id or name of a data source, or null: all  e.g. "acme-threat-intel"
// column:  source string, artifacts integer, models integer, live_models integer, predictions integer,
//          farthest integer
// browser: :param source => "acme-threat-intel"
MATCH (source:DataSource)
WHERE $source IS NULL OR source.id = $source OR source.name = $source
OPTIONAL MATCH (source)
  <-[steps:ACTED_ON_BEHALF_OF|WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH
    |USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER|SPECIALIZATION_OF|MENTION_OF*1..]-(thing)
WITH source, thing, min(size(steps)) AS distance
WITH source, distance, CASE WHEN thing:Entity THEN thing END AS artifact,
     CASE WHEN thing:Model THEN thing END AS model
WITH source, distance, artifact, model,
     CASE WHEN model.invalidated_at IS NULL
            AND NOT EXISTS { (model)-[:WAS_INVALIDATED_BY]->() }
            AND NOT EXISTS { (model)<-[:SPECIALIZATION_OF]-() }
            AND NOT EXISTS {
              MATCH (model)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(later)
              WHERE later.invalidated_at IS NULL
                AND coalesce([(later)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                             later.generated_at, later.issued_at, later.delivered_at)
                  > coalesce([(model)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                             model.generated_at, model.issued_at, model.delivered_at)
            }
     THEN model END AS live
RETURN source.id AS source, count(artifact) AS artifacts, count(model) AS models, count(live) AS live_models,
       count(CASE WHEN artifact:Predictions THEN artifact END) AS predictions,
       max(CASE WHEN artifact IS NOT NULL THEN distance END) AS farthest
ORDER BY live_models DESC, artifacts DESC, source
