// title:   Which artifacts have to do with nothing?
// answers: Versions of a kind that no run used or generated, that nobody delivered, and that nothing was derived from.
// param:   kind  string  kind of artifact  e.g. "dataset"
// column:  artifact string, path string, recorded_at datetime
// browser: :param kind => "dataset"
MATCH (artifact:Entity {kind: $kind})
WHERE artifact.statement IS NOT NULL AND NOT artifact:Incident|IncidentEntry
  AND NOT EXISTS { (artifact)<-[:SPECIALIZATION_OF|MENTION_OF]-() }
  AND NOT EXISTS { (artifact)-[:!SPECIALIZATION_OF&!ABOUT]-() }
RETURN artifact.id AS artifact, artifact.path AS path, artifact.recorded_at AS recorded_at
ORDER BY artifact
