// title:   Which versions are versions of nothing?
// answers: Artifacts of a kind with a version that no general artifact is known of: a window on its name misses them.
// param:   kind  string  kind of artifact  e.g. "dataset"
// column:  artifact string, name string, version string
// browser: :param kind => "dataset"
MATCH (artifact:Entity {kind: $kind})
WHERE artifact.version IS NOT NULL AND NOT artifact:CodeVersion
  AND NOT EXISTS { (artifact)-[:SPECIALIZATION_OF|MENTION_OF]->() }
RETURN artifact.id AS artifact, artifact.name AS name, artifact.version AS version
ORDER BY artifact
