// title:   Which models were trained on this dataset?
// answers: Models that a run generated which read the dataset itself. Without @version: any version of it, newest
//          models first. state: live, superseded or invalidated. impact/models_depending_on finds models that are
//          farther away.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "ip-blacklist"
// column:  model string, dataset string, run string, generated_at datetime, state string
// browser: :param artifact => "ip-blacklist"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(dataset)
WITH DISTINCT dataset
MATCH (dataset)<-[:USED]-(run)<-[:WAS_GENERATED_BY]-(model:Model)
WITH DISTINCT dataset, run, model
RETURN model.id AS model, dataset.id AS dataset, run.id AS run,
       coalesce([(model)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                model.generated_at, model.issued_at, model.delivered_at) AS generated_at,
       CASE
         WHEN model.invalidated_at IS NOT NULL OR EXISTS { (model)-[:WAS_INVALIDATED_BY]->() } THEN 'invalidated'
         WHEN EXISTS {
           MATCH (model)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(later)
           WHERE later.invalidated_at IS NULL
             AND coalesce([(later)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                          later.generated_at, later.issued_at, later.delivered_at)
               > coalesce([(model)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                          model.generated_at, model.issued_at, model.delivered_at)
         } THEN 'superseded'
         ELSE 'live'
       END AS state
ORDER BY generated_at DESC, model, dataset
