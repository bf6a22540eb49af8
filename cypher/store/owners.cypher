// title:   Who answers for these nodes?
// answers: Each agent that one of the nodes is attributed to, or that was associated with it or with the run that generated
//          it, and on whose behalf the agent acted; with the numbers of its nodes.
// param:   numbers  list of integer
// column:  id string, kind string, name string, contact string, relation string, organization_id string, organization string,
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
OPTIONAL MATCH (agent)-[:ACTED_ON_BEHALF_OF]->(o:Agent)
WITH agent, relation, numbers, o ORDER BY o.id
WITH agent, relation, numbers, head(collect(o)) AS organization
RETURN agent.id AS id, agent.kind AS kind, agent.name AS name, agent.contact AS contact, relation,
       organization.id AS organization_id, organization.name AS organization, numbers
ORDER BY size(numbers) DESC, id
