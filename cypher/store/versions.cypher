// title:   Which versions does this artifact have?
// answers: The specialisations of a general artifact, newest first.
// param:   id string, limit integer
// column:  id string, version string, time datetime, size_bytes integer, made_by string, from_source string, run_status string
MATCH (g:Entity {id: $id})<-[:SPECIALIZATION_OF]-(v:Entity)
WITH DISTINCT v, coalesce(v.generated_at, v.issued_at, v.delivered_at) AS time
ORDER BY time DESC, v.id
LIMIT $limit
RETURN v.id AS id, v.version AS version, time, v.size_bytes AS size_bytes,
       head([(v)-[:WAS_GENERATED_BY]->(a) | a.id]) AS made_by,
       head([(v)-[:WAS_ATTRIBUTED_TO]->(s) | s.name]) AS from_source,
       head([(v)-[:WAS_GENERATED_BY]->(a) | coalesce(a.status, CASE WHEN a.ended_at IS NULL AND a.started_at IS NOT NULL
                                                                    THEN 'no end recorded' END)]) AS run_status
