// title:   One hop along the arrows, from what may carry a flaw that way
// answers: As hop_downstream.cypher, in the other direction: from a collection to its members, from a version to what it is a
//          version of.
// param:   frontier  list of integer
// column:  causes list of integer, effects list of integer
CYPHER 5
MATCH (cause)-[:RELATION ]->(effect)
WHERE id(cause) IN $frontier
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects
