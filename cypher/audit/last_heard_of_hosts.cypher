// title:   When was each host heard of last?
// answers: Hosts that recorded runs of a kind, longest silent first, with the time of what they recorded last.
// param:   kind  string  kind of run  e.g. "training"
// column:  host string, runs integer, last_recorded_at datetime
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})
WHERE run.host IS NOT NULL
RETURN run.host AS host, count(*) AS runs, max(coalesce(run.restated_at, run.recorded_at)) AS last_recorded_at
ORDER BY last_recorded_at, host
