// title:   One hop against the arrows, with times
// answers: As hop_downstream.cypher, with the time of each relation in microseconds since 1970, -1 for unknown. To read a
//          property of each relation takes as long as all the rest, so it is asked only where there are times.
// param:   frontier  list of integer
// column:  causes list of integer, effects list of integer, times list of integer
CYPHER 5
MATCH (cause)<-[r:RELATION ]-(effect)
WHERE id(cause) IN $frontier
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects,
       // From milliseconds: Neo4j rounds the seconds of times before 1970 up, not down.
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times
