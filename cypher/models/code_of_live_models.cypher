// title:   Which code versions made the models in use?
// answers: For each code version that a run used to make a live model: the models. Live: not invalidated, and no later
//          version of the same artifact.
// column:  code string, commit string, dirty boolean, models list of string
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
CALL (model) {
  MATCH (model)-[:WAS_GENERATED_BY]->()-[:USED]->(code:CodeVersion)
  RETURN DISTINCT code
}
WITH code, model
ORDER BY model.id
RETURN code.id AS code, code.commit AS commit, coalesce(code.dirty, false) AS dirty, collect(model.id) AS models
ORDER BY size(models) DESC, code
