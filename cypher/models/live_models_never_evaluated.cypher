// title:   Which live models were never evaluated?
// answers: Live models from which no evaluation was made: not by a run that read them, not by derivation, not by the
//          run that made them. Live: not invalidated, and no later version of the same artifact.
// column:  model string, generated_at datetime, predictions integer
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
  AND NOT EXISTS { (model)<-[:USED]-(:Evaluating) }
  AND NOT EXISTS { (model)<-[:USED]-()<-[:WAS_GENERATED_BY]-(:Evaluation) }
  AND NOT EXISTS { (model)<-[:WAS_DERIVED_FROM]-(:Evaluation) }
  AND NOT EXISTS { (model)-[:WAS_GENERATED_BY]->()<-[:WAS_GENERATED_BY]-(:Evaluation) }
RETURN model.id AS model,
       coalesce([(model)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                model.generated_at, model.issued_at, model.delivered_at) AS generated_at,
       COUNT { (model)<-[:USED]-()<-[:WAS_GENERATED_BY]-(:Predictions) } AS predictions
ORDER BY predictions DESC, model
