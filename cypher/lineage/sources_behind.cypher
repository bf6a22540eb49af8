// title:   Which sources are behind this model?
// answers: The data sources (and other agents that something from outside is attributed to) upstream of an artifact,
//          with what of theirs went in, and under which contract. Without @version: behind any of its versions.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "antispam"
// column:  source string, contact string, contract string, licence string, deliveries integer,
//          first_delivery datetime, last_delivery datetime, distance integer
// browser: :param artifact => "antispam"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
MATCH (artifact)-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*0..]->(cause)
WITH cause, min(size(steps)) AS distance
MATCH (cause)-[:WAS_ATTRIBUTED_TO]->(source)
WHERE source:DataSource OR NOT EXISTS { (cause)-[:WAS_GENERATED_BY|WAS_DERIVED_FROM]->() }
WITH source, distance, cause,
     coalesce([(cause)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
              cause.generated_at, cause.issued_at, cause.delivered_at) AS time
RETURN source.id AS source, source.contact AS contact, source.contract AS contract, source.licence AS licence,
       count(DISTINCT cause) AS deliveries, min(time) AS first_delivery, max(time) AS last_delivery,
       min(distance) AS distance
ORDER BY distance, source
