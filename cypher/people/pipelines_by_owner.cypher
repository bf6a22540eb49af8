// title:   Who runs which pipelines?
// answers: For each person, the names of the runs they were associated with, how often, how many failed, and when last.
// param:   person  string  id or name of a person, or null: all  e.g. "ada"
// column:  person string, on_behalf_of list of string, pipeline string, kind string, runs integer, failed integer,
//          last_run_at datetime
// browser: :param person => "ada"
MATCH (person:Person)
WHERE $person IS NULL OR person.id = $person OR person.name = $person
MATCH (person)<-[:WAS_ASSOCIATED_WITH]-(run)
WITH DISTINCT person, run
WITH person, run.name AS pipeline, run.kind AS kind, count(run) AS runs,
     count(CASE WHEN run.status = 'failed' THEN run END) AS failed, max(run.started_at) AS last_run_at
RETURN person.id AS person,
       COLLECT { MATCH (person)-[:ACTED_ON_BEHALF_OF]->(other) RETURN DISTINCT other.id AS o ORDER BY o } AS on_behalf_of,
       pipeline, kind, runs, failed, last_run_at
ORDER BY person, runs DESC, pipeline
