// title:   What is said by relations?
// answers: All relations that were stated, or those that lead from one of the given ids.
// param:   ids  list of string or null
// column:  relation string, source string, target string, properties map
CALL () {
  WITH * WHERE $ids IS NULL
  MATCH (source)-[r]->(target)
  WHERE r.key IS NOT NULL
  RETURN source, r, target
  UNION
  UNWIND $ids AS id
  MATCH (source:Entity {id: id})-[r]->(target) WHERE r.key IS NOT NULL RETURN source, r, target
  UNION
  UNWIND $ids AS id
  MATCH (source:Activity {id: id})-[r]->(target) WHERE r.key IS NOT NULL RETURN source, r, target
  UNION
  UNWIND $ids AS id
  MATCH (source:Agent {id: id})-[r]->(target) WHERE r.key IS NOT NULL RETURN source, r, target
}
RETURN type(r) AS relation, source.id AS source, target.id AS target, properties(r) AS properties
