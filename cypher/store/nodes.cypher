// title:   What are these things?
// answers: The properties and the PROV type of each node.
// param:   ids  list of string
// column:  id string, element string, properties map
CALL () {
  MATCH (n:Entity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Activity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Agent) WHERE n.id IN $ids RETURN n
}
RETURN n.id AS id, [label IN labels(n) WHERE label IN ['Entity', 'Activity', 'Agent']][0] AS element,
       properties(n) AS properties
ORDER BY id
