// title:   One hop against the arrows, as known on a day
// answers: As hop_downstream_timed.cypher, of those relations alone that the store had learnt by then.
// param:   frontier  list of integer
// param:   known_on  datetime
// column:  causes list of integer, effects list of integer, times list of integer
CYPHER 5
MATCH (cause)<-[r:RELATION ]-(effect)
WHERE id(cause) IN $frontier AND r.stored_at <= $known_on
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects,
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times
