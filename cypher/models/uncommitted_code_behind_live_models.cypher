// title:   Which live models rest on uncommitted code?
// answers: Live models downstream of code with changes that were never committed, so that nobody can repeat them, and who ran
//          that code. Live: not invalidated, and no later version of the same artifact. One pruned walk for each version
//          of uncommitted code.
// column:  model string, code string, commit string, distance integer, run_by list of string
MATCH (code:CodeVersion)
WHERE code.dirty
MATCH (code)<-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*1..]-(model)
WITH code, model, min(size(steps)) AS distance
WHERE model:Model
  AND model.invalidated_at IS NULL
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
RETURN model.id AS model, code.id AS code, code.commit AS commit, distance,
       COLLECT {
         MATCH (code)<-[:USED]-()-[:WAS_ASSOCIATED_WITH]->(person) RETURN DISTINCT person.id AS p ORDER BY p
       } AS run_by
ORDER BY model, distance, code
