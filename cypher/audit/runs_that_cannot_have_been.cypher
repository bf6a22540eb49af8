// title:   Which runs record what cannot have happened?
// answers: Runs of a kind that break a constraint of PROV, with the reasons as they were found when the run ended.
// param:   kind  string  kind of run  e.g. "training"
// column:  run string, started_at datetime, host string, reasons list of string
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})
WHERE run.constraints_broken IS NOT NULL
RETURN run.id AS run, run.started_at AS started_at, run.host AS host, run.constraints_broken AS reasons
ORDER BY started_at DESC, run
