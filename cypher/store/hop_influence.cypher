// title:   One hop to what was influenced
// answers: As hop_downstream.cypher, without agents, whom a flaw does not reach. RELATION stands for an influence, start or end.
// param:   frontier  list of integer
// column:  causes list of integer, effects list of integer
CYPHER 5
MATCH (cause)<-[:RELATION ]-(effect)
WHERE id(cause) IN $frontier AND (effect:Entity OR effect:Activity)
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects
