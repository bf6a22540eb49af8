// title:   Who answers for these nodes?
// answers: Each agent that one of the nodes is attributed to, or that was associated with it or with the run that generated
//          it; with the numbers of its nodes. Agents are named by their internal number.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  agent integer, relation string, numbers list of integer
CYPHER 5
CALL () {
  MATCH (n)-[r:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent:Agent&!Unknown)
  WHERE id(n) IN $numbers AND ($known_on IS NULL OR r.stored_at <= $known_on)
  RETURN agent, type(r) AS relation, n
  UNION ALL
  MATCH (n)-[g:WAS_GENERATED_BY]->(:Activity)-[r:WAS_ASSOCIATED_WITH]->(agent:Agent&!Unknown)
  WHERE id(n) IN $numbers AND ($known_on IS NULL OR r.stored_at <= $known_on AND g.stored_at <= $known_on)
  RETURN agent, type(r) AS relation, n
}
RETURN id(agent) AS agent, min(relation) AS relation, collect(DISTINCT id(n)) AS numbers
