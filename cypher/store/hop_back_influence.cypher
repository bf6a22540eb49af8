// title:   One hop back to what influenced
// answers: As hop_along.cypher, without agents, who affect nothing. RELATION stands for an influence, start or end.
// param:   frontier  list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  effects list of integer, causes list of integer
CYPHER 5
MATCH (effect)-[r:RELATION ]->(cause)
WHERE id(effect) IN $frontier AND (cause:Entity OR cause:Activity) AND ($known_on IS NULL OR r.stored_at <= $known_on)
RETURN collect(id(effect)) AS effects, collect(id(cause)) AS causes
