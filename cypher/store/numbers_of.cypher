// title:   Which internal numbers have these?
// answers: The number of each node, by its id; it means something while the store is open.
// param:   ids  list of string
// column:  id string, number integer
CYPHER 5
CALL () {
  MATCH (n:Entity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Activity) WHERE n.id IN $ids RETURN n
}
RETURN n.id AS id, id(n) AS number
