// title:   Which runs were recorded before their time had come?
// answers: Runs of a kind that a host recorded at a later time than the database's clock showed when it learnt of them: that
//          host's clock is ahead, or the database's behind. A clock that is behind cannot be told from a late sync.
// param:   kind     string   kind of run                                      e.g. "training"
// param:   seconds  integer  so far may clocks differ, or null: 60            e.g. 60
// column:  run string, host string, recorded_at datetime, stored_at datetime, ahead_seconds float
// browser: :param kind => "training"
// browser: :param seconds => 60
MATCH (run:Activity {kind: $kind})
WHERE run.recorded_at > run.stored_at + duration({seconds: coalesce($seconds, 60)})
RETURN run.id AS run, run.host AS host, run.recorded_at AS recorded_at, run.stored_at AS stored_at,
       (run.recorded_at.epochMillis - run.stored_at.epochMillis) / 1000.0 AS ahead_seconds
ORDER BY ahead_seconds DESC, run
