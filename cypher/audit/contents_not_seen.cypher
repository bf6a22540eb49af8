// title:   Of which artifacts did nobody see the content?
// answers: Versions of a kind that were recorded without a digest although they had a path here, and why.
// param:   kind  string  kind of artifact  e.g. "dataset"
// column:  artifact string, path string, reason string, used_by integer
// browser: :param kind => "dataset"
MATCH (artifact:Entity {kind: $kind})
WHERE artifact.content_not_seen IS NOT NULL
RETURN artifact.id AS artifact, artifact.path AS path, artifact.content_not_seen AS reason,
       COUNT { (artifact)<-[:USED]-() } AS used_by
ORDER BY used_by DESC, artifact
