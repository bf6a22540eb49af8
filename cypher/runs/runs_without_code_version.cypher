// title:   Which runs did not say which code they ran?
// answers: Runs of a kind that used no code version and have no plan, newest first: nobody can repeat them.
// param:   kind   string    kind of run                              e.g. "training"
// param:   since  datetime  only runs started from then on, or null  e.g. datetime("2026-03-01T00:00Z")
// column:  run string, started_at datetime, command string, host string, run_by list of string, outputs integer
// browser: :param kind => "training"
// browser: :param since => datetime("2026-03-01T00:00Z")
MATCH (run:Activity {kind: $kind})
WHERE coalesce(run.started_at >= $since, $since IS NULL)
  AND NOT EXISTS { (run)-[:USED]->(:CodeVersion) }
  AND NOT EXISTS { (run)-[:USED {role: 'code'}]->() }
  AND NOT EXISTS { MATCH (run)-[by:WAS_ASSOCIATED_WITH]->() WHERE coalesce(by.plan, '') <> '' }
RETURN run.id AS run, run.started_at AS started_at, run.command AS command, run.host AS host,
       COLLECT { MATCH (run)-[:WAS_ASSOCIATED_WITH]->(person) RETURN person.id AS p ORDER BY p } AS run_by,
       COUNT { (run)<-[:WAS_GENERATED_BY]-() } AS outputs
ORDER BY started_at DESC, run
