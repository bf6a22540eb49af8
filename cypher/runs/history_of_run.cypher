// title:   How did the runs of this name go?
// answers: Each run called so, newest first: when, how long, how it ended, where, by whom, on which code.
// param:   run    string   id or name of a run                  e.g. "train-antispam"
// param:   limit  integer  how many rows at most, or null: 100
// column:  run string, started_at datetime, seconds float, status string, error string, host string, user string,
//          commits list of string, reads integer, writes integer
// browser: :param run => "train-antispam"
// browser: :param limit => null
MATCH (run:Activity)
WHERE run.id = $run OR run.name = $run
RETURN run.id AS run, run.started_at AS started_at,
       (run.ended_at.epochMillis - run.started_at.epochMillis) / 1000.0 AS seconds, run.status AS status,
       run.error AS error, run.host AS host, run.user AS user,
       COLLECT { MATCH (run)-[:USED]->(code:CodeVersion) RETURN coalesce(code.commit, code.id) AS c ORDER BY c } AS commits,
       COUNT { MATCH (run)-[:USED]->(input) WHERE NOT input:CodeVersion } AS reads,
       COUNT { (run)<-[:WAS_GENERATED_BY]-() } AS writes
ORDER BY started_at DESC, run
LIMIT coalesce($limit, 100)
