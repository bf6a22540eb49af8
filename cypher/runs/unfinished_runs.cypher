// title:   Which runs never said how they ended?
// answers: Runs of a kind with neither an end nor a status: still running, or killed. Oldest first.
// param:   kind    string    kind of run                             e.g. "training"
// param:   before  datetime  only runs started before then, or null  e.g. datetime("2026-03-01T00:00Z")
// column:  run string, started_at datetime, host string, user string, outputs list of string
// browser: :param kind => "training"
// browser: :param before => datetime("2026-03-01T00:00Z")
MATCH (run:Activity {kind: $kind})
WHERE run.ended_at IS NULL AND run.status IS NULL AND coalesce(run.started_at < $before, $before IS NULL)
RETURN run.id AS run, run.started_at AS started_at, run.host AS host, run.user AS user,
       COLLECT { MATCH (run)<-[:WAS_GENERATED_BY]-(output) RETURN output.id AS o ORDER BY o } AS outputs
ORDER BY started_at, run
