// title:   Does failure go with a piece of metadata?
// answers: Runs of a kind grouped by one or more metadata keys, found on the run, in its parameters or on what it read
//          (say: line 17 in factory 2), with how many there are and how many failed, highest rate first. Runs without
//          these keys are left out.
// param:   kind   string          kind of run                         e.g. "inference"
// param:   keys   list of string  metadata keys to group by           e.g. ["factory", "line"]
// param:   since  datetime        runs started from then on, or null  e.g. datetime("2026-03-01T00:00Z")
// param:   until  datetime        runs started before then, or null
// column:  values list, runs integer, failed integer, rate float
// browser: :param kind => "inference"
// browser: :param keys => ["factory", "line"]
// browser: :param since => datetime("2026-03-01T00:00Z")
// browser: :param until => null
MATCH (run:Activity {kind: $kind})
WHERE coalesce(run.started_at >= $since, $since IS NULL) AND coalesce(run.started_at < $until, $until IS NULL)
CALL (run) {
  RETURN run AS carrier
UNION
  MATCH (run)-[:USED]->(carrier)
  RETURN carrier
}
WITH run, [key IN $keys | coalesce(carrier[key], carrier['parameters.' + key])] AS values
WHERE all(value IN values WHERE value IS NOT NULL)
WITH values, count(DISTINCT run) AS runs, count(DISTINCT CASE WHEN run.status = 'failed' THEN run END) AS failed
RETURN values, runs, failed, round(1.0 * failed / runs, 4) AS rate
ORDER BY rate DESC, runs DESC, values
