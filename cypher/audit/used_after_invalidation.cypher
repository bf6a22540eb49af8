// title:   Which runs read something that had been withdrawn?
// answers: Reads by runs of a kind that are later than the invalidation of what was read.
// param:   kind  string  kind of run  e.g. "training"
// column:  run string, artifact string, used_at datetime, invalidated_at datetime, run_by list of string
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})-[use:USED]->(artifact)
OPTIONAL MATCH (artifact)-[end:WAS_INVALIDATED_BY]->(by)
WITH run, artifact, coalesce(use.time, run.started_at) AS used_at,
     coalesce(artifact.invalidated_at, end.time, by.ended_at) AS invalidated_at
WHERE used_at >= invalidated_at
WITH run, artifact, used_at, min(invalidated_at) AS invalidated_at
RETURN run.id AS run, artifact.id AS artifact, used_at, invalidated_at,
       COLLECT { MATCH (run)-[:WAS_ASSOCIATED_WITH]->(person) RETURN person.id AS p ORDER BY p } AS run_by
ORDER BY used_at DESC, run, artifact
