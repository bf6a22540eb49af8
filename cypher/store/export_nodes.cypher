// title:   What is said of things of one PROV type?
// answers: Properties of all nodes, or of those with the given ids, that something is said of. ELEMENT stands for a PROV label.
// param:   ids  list of string or null
// column:  id string, properties map
CALL () {
  WITH * WHERE $ids IS NULL
  MATCH (n:ELEMENT )
  WHERE n.statement IS NOT NULL
  RETURN n
  UNION ALL
  UNWIND $ids AS id
  MATCH (n:ELEMENT {id: id})
  WHERE n.statement IS NOT NULL
  RETURN n
}
RETURN n.id AS id, properties(n) AS properties
