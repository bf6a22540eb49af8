// title:   What does a report say of these nodes?
// answers: Names, versions, times and whom to tell of each node, in the order of the numbers given.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only relations that the store had learnt by then
// column:  number integer, element string, generated datetime, withdrawn boolean, agents list of map, node map
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
CALL (n) {
  OPTIONAL MATCH (n)-[g:WAS_GENERATED_BY]->()
  WHERE $known_on IS NULL OR g.stored_at <= $known_on
  RETURN min(g.time) AS generated
}
CALL (n) {
  OPTIONAL MATCH (n)-[r:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent:Agent&!Unknown)
  WHERE $known_on IS NULL OR r.stored_at <= $known_on
  RETURN collect(DISTINCT [agent.id, type(r)]) AS direct
}
CALL (n) {
  OPTIONAL MATCH (n)-[g:WAS_GENERATED_BY]->(:Activity)-[r:WAS_ASSOCIATED_WITH]->(agent:Agent&!Unknown)
  WHERE $known_on IS NULL OR r.stored_at <= $known_on AND g.stored_at <= $known_on
  RETURN collect(DISTINCT [agent.id, type(r)]) AS makers
}
RETURN number, CASE WHEN n:Activity THEN 'Activity' WHEN n:Entity THEN 'Entity' ELSE 'Agent' END AS element, generated,
       EXISTS {
         MATCH (n)-[r:WAS_INVALIDATED_BY]->() WHERE $known_on IS NULL OR r.stored_at <= $known_on
       } AS withdrawn,
       [pair IN direct + makers WHERE pair[0] IS NOT NULL] AS agents,
       n{.id, .kind, .name, .version, .generated_at, .issued_at, .delivered_at, .started_at, .status, .invalidated_at} AS node
