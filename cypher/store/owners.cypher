// title:   Whom to tell
// answers: What is known of these agents, and all on whose behalf each acted, through any number of others, nearest first.
// param:   agents    list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  agent integer, node map, principals list of map
CYPHER 5
MATCH (agent:Agent)
WHERE id(agent) IN $agents
CALL (agent) {
  MATCH (agent)-[steps:ACTED_ON_BEHALF_OF*1..]->(principal:Agent)
  WHERE $known_on IS NULL OR all(step IN steps WHERE step.stored_at <= $known_on)
  WITH agent, principal, min(size(steps)) AS removes
  WHERE principal <> agent
  WITH principal, removes ORDER BY removes, principal.id
  RETURN collect({number: id(principal), id: principal.id, name: principal.name, removes: removes}) AS principals
}
RETURN id(agent) AS agent, agent{.id, .kind, .name, .contact} AS node, principals
