// title:   Which live models rest on uncommitted code?
// answers: Live models with a run anywhere upstream whose code had changes that were never committed, so that nobody
//          can repeat it. Live: not invalidated, and no later version of the same artifact. One pruned walk for each
//          live model.
// column:  model string, code string, run string, run_by list of string
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
MATCH (model)-[:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*1..]->(run)
WITH DISTINCT model, run
WHERE run:Activity
MATCH (run)-[:USED]->(code:CodeVersion)
WHERE code.dirty
WITH DISTINCT model, run, code
RETURN model.id AS model, code.id AS code, run.id AS run,
       COLLECT { MATCH (run)-[:WAS_ASSOCIATED_WITH]->(person) RETURN person.id AS p ORDER BY p } AS run_by
ORDER BY model, code, run
