// title:   What did this person run, and what came out?
// answers: Runs associated with a person, organization or program, newest first, with what they wrote.
// param:   person  string    id or name of an agent              e.g. "ada"
// param:   since   datetime  runs started from then on, or null  e.g. datetime("2026-03-01T00:00Z")
// param:   until   datetime  runs started before then, or null
// column:  run string, kind string, started_at datetime, status string, role string, wrote list of string
// browser: :param person => "ada"
// browser: :param since => datetime("2026-03-01T00:00Z")
// browser: :param until => null
MATCH (person:Agent)
WHERE person.id = $person OR person.name = $person
MATCH (person)<-[by:WAS_ASSOCIATED_WITH]-(run)
WHERE coalesce(run.started_at >= $since, $since IS NULL) AND coalesce(run.started_at < $until, $until IS NULL)
RETURN run.id AS run, run.kind AS kind, run.started_at AS started_at, run.status AS status, by.role AS role,
       COLLECT { MATCH (run)<-[:WAS_GENERATED_BY]-(output) RETURN output.id AS o ORDER BY o } AS wrote
ORDER BY started_at DESC, run
