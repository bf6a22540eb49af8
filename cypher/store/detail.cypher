// title:   What does a report say of these nodes?
// answers: Names, versions, times and whom to tell of each node, in the order of the numbers given.
// param:   numbers  list of integer
// column:  number integer, id string, element string, kind string, name string, version string, time datetime, failed boolean,
//          invalidated boolean, agents list of map
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
CALL (n) { OPTIONAL MATCH (n)-[g:WAS_GENERATED_BY]->() RETURN min(g.time) AS generated }
WITH number, n, coalesce(generated, n.generated_at, n.issued_at, n.delivered_at, n.started_at) AS time
CALL (n) {
  OPTIONAL MATCH (n)-[r:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent:Agent&!Unknown)
  RETURN collect(DISTINCT [agent.id, type(r)]) AS direct
}
CALL (n) {
  OPTIONAL MATCH (n)-[:WAS_GENERATED_BY]->(:Activity)-[r:WAS_ASSOCIATED_WITH]->(agent:Agent&!Unknown)
  RETURN collect(DISTINCT [agent.id, type(r)]) AS makers
}
RETURN number, n.id AS id, CASE WHEN n:Activity THEN 'Activity' WHEN n:Entity THEN 'Entity' ELSE 'Agent' END AS element,
       n.kind AS kind, n.name AS name, n.version AS version, time, coalesce(n.status = 'failed', false) AS failed,
       n.invalidated_at IS NOT NULL OR EXISTS { (n)-[:WAS_INVALIDATED_BY]->() } AS invalidated,
       [pair IN direct + makers WHERE pair[0] IS NOT NULL] AS agents
