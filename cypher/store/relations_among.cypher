// title:   How many relations do these things have?
// param:   ids  list of string
// column:  count integer
CALL () {
  MATCH (n:Entity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Activity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Agent) WHERE n.id IN $ids RETURN n
}
MATCH (n)-[r]-()
RETURN count(DISTINCT r) AS count
