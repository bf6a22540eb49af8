// title:   Which is the newest version?
// answers: The version of a general artifact with the latest time; those without a time come last.
// param:   id string
// column:  id string
MATCH (g:Entity {id: $id})<-[:SPECIALIZATION_OF]-(v:Entity)
WITH v, coalesce(v.generated_at, v.issued_at, v.delivered_at) AS time
RETURN v.id AS id
ORDER BY time IS NULL, time DESC, id
LIMIT 1
