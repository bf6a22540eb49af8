// title:   Which runs read something before it was made?
// answers: Reads by runs of a kind that are earlier than the generation of what was read: clocks that disagree, or
//          wrong records.
// param:   kind  string  kind of run  e.g. "training"
// column:  run string, artifact string, used_at datetime, generated_at datetime, early_seconds float
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})-[use:USED]->(artifact)
OPTIONAL MATCH (artifact)-[generation:WAS_GENERATED_BY]->()
WITH run, artifact, coalesce(use.time, run.ended_at) AS used_at,
     min(coalesce(generation.time, artifact.generated_at)) AS generated_at
WHERE used_at < generated_at
RETURN run.id AS run, artifact.id AS artifact, used_at, generated_at,
       (generated_at.epochMillis - used_at.epochMillis) / 1000.0 AS early_seconds
ORDER BY early_seconds DESC, run, artifact
