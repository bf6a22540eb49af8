// title:   What did runs generate that failed or never ended?
// answers: Outputs of runs of a kind that failed, or that began and never said how they ended (killed, or still running), newest
//          run first. Left out is what a run that ended well has generated too: then its content is sound.
// param:   kind   string    kind of run                              e.g. "training"
// param:   since  datetime  only runs started from then on, or null  e.g. datetime("2026-03-01T00:00Z")
// column:  output string, run string, status string, started_at datetime, error string, users integer
// browser: :param kind => "training"
// browser: :param since => datetime("2026-03-01T00:00Z")
MATCH (run:Activity {kind: $kind})
WHERE (run.status = 'failed' OR run.status IS NULL AND run.ended_at IS NULL AND run.started_at IS NOT NULL)
  AND coalesce(run.started_at >= $since, $since IS NULL)
MATCH (run)<-[:WAS_GENERATED_BY]-(output)
WHERE NOT EXISTS {
  MATCH (output)-[:WAS_GENERATED_BY]->(well)
  WHERE well.status <> 'failed' OR well.status IS NULL AND (well.ended_at IS NOT NULL OR well.started_at IS NULL)
}
WITH DISTINCT run, output
RETURN output.id AS output, run.id AS run, coalesce(run.status, 'no end recorded') AS status,
       run.started_at AS started_at, run.error AS error,
       COUNT { MATCH (output)<-[:USED|WAS_DERIVED_FROM]-(user) WHERE user <> run RETURN DISTINCT user } AS users
ORDER BY started_at IS NULL, started_at DESC, run, output
