// title:   What are the incidents called?
// answers: Ids of all incidents, with what they say and the names of their subjects: to find the one that a person means.
// column:  id string, reason string, subjects list of string
MATCH (incident:Incident)
RETURN incident.id AS id, incident.reason AS reason,
       COLLECT { MATCH (incident)-[:ABOUT]->(s) RETURN DISTINCT coalesce(s.name, s.id) AS name ORDER BY name } AS subjects
ORDER BY id
