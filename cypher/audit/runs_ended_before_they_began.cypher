// title:   Which runs ended before they began?
// answers: Runs of a kind whose end is earlier than their start: a clock that was set back, or two hosts that told one run.
// param:   kind  string  kind of run  e.g. "training"
// column:  run string, started_at datetime, ended_at datetime, host string
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})
WHERE run.ended_at < run.started_at
RETURN run.id AS run, run.started_at AS started_at, run.ended_at AS ended_at, run.host AS host
ORDER BY started_at DESC, run
