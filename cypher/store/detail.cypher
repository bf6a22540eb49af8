// title:   What does a report say of these nodes?
// answers: Names, versions, times, state and whom to tell of each node, in the order of the numbers given. A version is
//          superseded where one of the later versions of the same general artifact is not affected itself.
// param:   numbers  list of integer
// column:  number integer, id string, element string, kind string, name string, version string, time datetime, failed boolean,
//          invalidated boolean, later list of integer, agents list of map
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
CALL (n) { OPTIONAL MATCH (n)-[g:WAS_GENERATED_BY]->() RETURN min(g.time) AS generated }
WITH number, n, coalesce(generated, n.generated_at, n.issued_at, n.delivered_at, n.started_at) AS time
CALL (n, time) {
  OPTIONAL MATCH (n)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(other:Entity)
  WHERE other <> n AND other.invalidated_at IS NULL AND NOT EXISTS { (other)-[:WAS_INVALIDATED_BY]->() }
  CALL (other) { OPTIONAL MATCH (other)-[g:WAS_GENERATED_BY]->() RETURN min(g.time) AS generated }
  WITH other, coalesce(generated, other.generated_at, other.issued_at, other.delivered_at) AS later, time
  WHERE later > time
  RETURN collect(DISTINCT id(other)) AS later
}
CALL (n) {
  OPTIONAL MATCH (n)-[r:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent:Agent)
  RETURN collect(DISTINCT [agent.id, type(r)]) AS direct
}
CALL (n) {
  OPTIONAL MATCH (n)-[:WAS_GENERATED_BY]->(:Activity)-[r:WAS_ASSOCIATED_WITH]->(agent:Agent)
  RETURN collect(DISTINCT [agent.id, type(r)]) AS makers
}
RETURN number, n.id AS id, CASE WHEN n:Activity THEN 'Activity' WHEN n:Agent THEN 'Agent' ELSE 'Entity' END AS element,
       n.kind AS kind, n.name AS name, n.version AS version, time, coalesce(n.status = 'failed', false) AS failed,
       n.invalidated_at IS NOT NULL OR EXISTS { (n)-[:WAS_INVALIDATED_BY]->() } AS invalidated,
       later, [pair IN direct + makers WHERE pair[0] IS NOT NULL] AS agents
