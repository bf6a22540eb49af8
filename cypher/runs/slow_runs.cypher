// title:   Which runs took unusually long?
// answers: Runs of a kind that took at least `factor` times the median of the runs of the same name, slowest first.
// param:   kind    string    kind of run                              e.g. "training"
// param:   factor  float     how many times the median, or null: 2
// param:   since   datetime  only runs started from then on, or null  e.g. datetime("2026-03-01T00:00Z")
// column:  run string, name string, started_at datetime, seconds float, median_seconds float, times_median float
// browser: :param kind => "training"
// browser: :param factor => null
// browser: :param since => datetime("2026-03-01T00:00Z")
MATCH (run:Activity {kind: $kind})
WHERE run.ended_at IS NOT NULL AND coalesce(run.started_at >= $since, $since IS NULL)
WITH run, (run.ended_at.epochMillis - run.started_at.epochMillis) / 1000.0 AS seconds
WITH run.name AS name, percentileCont(seconds, 0.5) AS median, collect({run: run, seconds: seconds}) AS rows
UNWIND rows AS row
WITH name, median, row.run AS run, row.seconds AS seconds
WHERE median > 0 AND seconds >= coalesce($factor, 2) * median
RETURN run.id AS run, name, run.started_at AS started_at, seconds, median AS median_seconds,
       round(seconds / median, 2) AS times_median
ORDER BY times_median DESC, run
