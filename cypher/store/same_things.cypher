// title:   What is said to be the same thing as these?
// answers: For each of the given nodes: what somebody said to be the same thing, unless that was taken back later. Of several
//          who said so, the last.
// param:   ids       list of string
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  id string, other string, reason string, said_by string, said_at datetime
CALL () {
  MATCH (n:Entity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Agent) WHERE n.id IN $ids RETURN n
}
MATCH (n)-[r:ALTERNATE_OF]-(other)
WHERE $known_on IS NULL OR r.stored_at <= $known_on
WITH n, other, r ORDER BY coalesce(r.said_at, r.recorded_at) DESC
WITH n, other, head(collect(r)) AS last
CALL (n, other) {
  OPTIONAL MATCH (n)-[w:NOT_ALTERNATE_OF]-(other)
  WHERE $known_on IS NULL OR w.stored_at <= $known_on
  RETURN max(coalesce(w.said_at, w.recorded_at)) AS withdrawn
}
WITH n, other, last, withdrawn
WHERE withdrawn IS NULL OR withdrawn < coalesce(last.said_at, last.recorded_at)
RETURN n.id AS id, other.id AS other, last.reason AS reason, last.said_by AS said_by,
       coalesce(last.said_at, last.recorded_at) AS said_at
ORDER BY id, other
