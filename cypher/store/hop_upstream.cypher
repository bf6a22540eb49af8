// title:   One hop along the arrows
// answers: Every relation that leads from the given nodes to what they were made from or by.
// param:   ids  list of string
// column:  effect string, relation string, cause string, role string, time datetime
CALL () {
  MATCH (n:Entity)-[r:WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO]->(cause)
  WHERE n.id IN $ids
  RETURN n, r, cause
  UNION
  MATCH (n:Activity)-[r:USED|WAS_INFORMED_BY|WAS_ASSOCIATED_WITH]->(cause)
  WHERE n.id IN $ids
  RETURN n, r, cause
  UNION
  MATCH (n:Agent)-[r:ACTED_ON_BEHALF_OF]->(cause)
  WHERE n.id IN $ids
  RETURN n, r, cause
}
RETURN n.id AS effect, type(r) AS relation, cause.id AS cause, r.role AS role, r.time AS time
ORDER BY effect, relation, cause
