// title:   How is this thing related to others?
// answers: Its relations in both directions, with their attributes; as many as the limit says.
// param:   id string, limit integer
// column:  direction string, relation string, other string, role string, time datetime
CALL () {
  MATCH (n:Entity {id: $id}) RETURN n
  UNION
  MATCH (n:Activity {id: $id}) RETURN n
  UNION
  MATCH (n:Agent {id: $id}) RETURN n
}
CALL (n) {
  MATCH (n)-[r]->(other) WHERE other.id IS NOT NULL
  RETURN 'to' AS direction, r, other LIMIT $limit
  UNION ALL
  MATCH (n)<-[r]-(other) WHERE other.id IS NOT NULL
  RETURN 'from' AS direction, r, other LIMIT $limit
}
RETURN direction, type(r) AS relation, other.id AS other, r.role AS role, r.time AS time
ORDER BY direction DESC, relation, time, other
