// title:   What are these things?
// answers: The properties and the PROV type of each node; of one that is of two types, the first of entity, activity, agent.
// param:   ids  list of string
// column:  id string, element string, properties map
CALL () {
  MATCH (n:Entity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Activity) WHERE n.id IN $ids RETURN n
  UNION
  MATCH (n:Agent) WHERE n.id IN $ids RETURN n
}
RETURN n.id AS id, head([type IN ['Entity', 'Activity', 'Agent'] WHERE type IN labels(n)]) AS element,
       properties(n) AS properties
ORDER BY id
