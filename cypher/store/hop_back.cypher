// title:   One hop along the arrows, with times
// answers: As hop_along.cypher, with the time of each relation in microseconds since 1970, -1 for unknown.
// param:   frontier  list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  effects list of integer, causes list of integer, times list of integer
CYPHER 5
MATCH (effect)-[r:RELATION ]->(cause)
WHERE id(effect) IN $frontier AND ($known_on IS NULL OR r.stored_at <= $known_on)
RETURN collect(id(effect)) AS effects, collect(id(cause)) AS causes,
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times
