// title:   Which is the newest version?
// answers: The version of a general artifact with the latest time: when it was generated, else what is said of itself. Those
//          without a time come last.
// param:   id string
// column:  id string
CYPHER 5
MATCH (g:Entity {id: $id})<-[:SPECIALIZATION_OF]-(v:Entity)
WITH DISTINCT v
CALL (v) {
  OPTIONAL MATCH (v)-[made:WAS_GENERATED_BY]->()
  RETURN min(made.time) AS made
}
WITH v, coalesce(made, v.generated_at, v.issued_at, v.delivered_at) AS time
RETURN v.id AS id
ORDER BY time IS NULL, time DESC, id
LIMIT 1
