// title:   Who answers for these nodes?
// answers: Each agent that one of the nodes is attributed to, or that was associated with it or with the run that generated
//          it, with the numbers of its nodes; and the agents on whose behalf it acted, through any number of agents, nearest
//          first.
// param:   numbers  list of integer
// column:  id string, kind string, name string, contact string, relation string, principals list of map,
//          numbers list of integer
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
CALL (n) {
  MATCH (n)-[r:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent:Agent)
  RETURN agent, type(r) AS relation
  UNION
  MATCH (n)-[:WAS_GENERATED_BY]->(:Activity)-[r:WAS_ASSOCIATED_WITH]->(agent:Agent)
  RETURN agent, type(r) AS relation
}
WITH agent, min(relation) AS relation, collect(DISTINCT number) AS numbers
CALL (agent) {
  MATCH (agent)-[steps:ACTED_ON_BEHALF_OF*1..]->(principal:Agent)
  WITH agent, principal, min(size(steps)) AS removes
  WHERE principal <> agent
  WITH principal, removes ORDER BY removes, principal.id
  RETURN collect({id: principal.id, name: principal.name, removes: removes}) AS principals
}
RETURN agent.id AS id, agent.kind AS kind, agent.name AS name, agent.contact AS contact, relation, principals, numbers
ORDER BY size(numbers) DESC, id
