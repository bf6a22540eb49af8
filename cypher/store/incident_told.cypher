// title:   What were the owners told of?
// answers: Of each message about an incident: to whom, which way, and the things it told of, as eight bytes of each one's digest.
// param:   id  string  id of an incident
// column:  owner string, way string, told bytes
MATCH (incident:Entity {id: $id})<-[:ENTRY_OF]-(entry:IncidentEntry {what: 'notified'})-[:ABOUT]->(owner:Agent)
WHERE entry.told IS NOT NULL
RETURN owner.id AS owner, entry.way AS way, entry.told AS told
ORDER BY owner, way, entry.id
