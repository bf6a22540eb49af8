// title:   Which artifacts came from nowhere?
// answers: Artifacts of a kind with neither generation, derivation nor attribution recorded. Nothing can clear them of
//          a flaw. What is said of incidents is no artifact.
// param:   kind  string  kind of artifact  e.g. "model"
// column:  artifact string, name string, version string, recorded_at datetime, used_by integer
// browser: :param kind => "model"
MATCH (artifact:Entity {kind: $kind})
WHERE NOT artifact:Incident|IncidentEntry
  AND NOT EXISTS { (artifact)-[:WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO]->(:!Unknown) }
  AND NOT EXISTS { (artifact)<-[:SPECIALIZATION_OF]-() }
RETURN artifact.id AS artifact, artifact.name AS name, artifact.version AS version, artifact.recorded_at AS recorded_at,
       COUNT { (artifact)<-[:USED]-() } AS used_by
ORDER BY used_by DESC, artifact
