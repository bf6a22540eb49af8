// title:   What is said of things?
// answers: PROV types and properties of all nodes that something is said of, or of those with the given ids.
// param:   ids  list of string or null
// column:  id string, types list of string, properties map
CALL () {
  WITH * WHERE $ids IS NULL
  MATCH (n:Entity|Activity|Agent)
  RETURN n
  UNION
  UNWIND $ids AS id
  MATCH (n:Entity {id: id}) RETURN n
  UNION
  UNWIND $ids AS id
  MATCH (n:Activity {id: id}) RETURN n
  UNION
  UNWIND $ids AS id
  MATCH (n:Agent {id: id}) RETURN n
}
WITH n WHERE n.statement IS NOT NULL
RETURN n.id AS id, [label IN labels(n) WHERE label IN ['Entity', 'Activity', 'Agent']] AS types, properties(n) AS properties
