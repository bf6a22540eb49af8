// title:   Which files did runs on a host read and write?
// answers: For each path that runs of a kind on that host used or generated, the version that was there last.
// param:   kind  string  kind of run           e.g. "training"
// param:   host  string  the machine's name    e.g. "laptop-ada"
// column:  path string, artifact string, digest string, size_bytes integer, at datetime
// browser: :param kind => "training"
// browser: :param host => "laptop-ada"
MATCH (run:Activity {kind: $kind})
WHERE run.host = $host
MATCH (run)-[r:USED|WAS_GENERATED_BY]-(artifact:Entity)
WITH artifact, coalesce(r.path, artifact.path) AS path, max(coalesce(r.time, run.ended_at, run.started_at)) AS at
WHERE path IS NOT NULL AND artifact.digest IS NOT NULL
ORDER BY at DESC, artifact.id
WITH path, head(collect({artifact: artifact, at: at})) AS last
RETURN path, last.artifact.id AS artifact, last.artifact.digest AS digest, last.artifact.size_bytes AS size_bytes,
       last.at AS at
ORDER BY path
