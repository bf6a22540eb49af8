// title:   Which datasets does nobody use?
// answers: Versions of a kind that no run has read and nothing was derived from, largest first.
// param:   kind    string    kind of artifact                        e.g. "dataset"
// param:   before  datetime  only versions older than that, or null  e.g. datetime("2026-03-01T00:00Z")
// column:  artifact string, time datetime, size_bytes integer, path string
// browser: :param kind => "dataset"
// browser: :param before => datetime("2026-03-01T00:00Z")
MATCH (artifact:Entity {kind: $kind})
WHERE NOT EXISTS { (artifact)<-[:USED|WAS_DERIVED_FROM|HAD_MEMBER]-() }
  AND NOT EXISTS { (artifact)<-[:SPECIALIZATION_OF]-() }
WITH artifact,
     coalesce([(artifact)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
              artifact.generated_at, artifact.issued_at, artifact.delivered_at) AS time
WHERE $before IS NULL OR time < $before
RETURN artifact.id AS artifact, time, artifact.size_bytes AS size_bytes, artifact.path AS path
ORDER BY coalesce(size_bytes, 0) DESC, artifact
