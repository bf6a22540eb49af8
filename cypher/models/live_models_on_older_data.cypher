// title:   Which live models were trained on data that has a newer version?
// answers: Live models made by a run that read a version of a dataset of which a later one is there, most behind first.
//          Live: not invalidated, and no later version of the same artifact.
// column:  model string, dataset string, newest string, versions_behind integer
MATCH (model:Model)
WHERE model.invalidated_at IS NULL
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
MATCH (model)-[:WAS_GENERATED_BY]->()-[:USED]->(dataset)
WHERE NOT dataset:CodeVersion
WITH DISTINCT model, dataset
MATCH (dataset)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(newer)
WHERE newer.invalidated_at IS NULL
WITH DISTINCT model, dataset, newer,
     coalesce([(newer)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
              newer.generated_at, newer.issued_at, newer.delivered_at) AS time
WHERE time > coalesce([(dataset)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                      dataset.generated_at, dataset.issued_at, dataset.delivered_at)
ORDER BY time DESC
WITH model, dataset, collect(newer.id) AS newer
RETURN model.id AS model, dataset.id AS dataset, head(newer) AS newest, size(newer) AS versions_behind
ORDER BY versions_behind DESC, model, dataset
