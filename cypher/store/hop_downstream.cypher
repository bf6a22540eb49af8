// title:   One hop against the arrows
// answers: Every relation of one type that leads from the given nodes to what they may have affected, as columns of equal
//          length. RELATION stands for a type from graphprov's own list. Nodes are named by their internal numbers, which are
//          short and found without an index; they mean nothing elsewhere. Times are microseconds since 1970, -1 for unknown.
// param:   frontier  list of integer
// param:   timed     boolean  whether times are wanted; without, the column is empty and no property is read
// column:  causes list of integer, effects list of integer, times list of integer
CYPHER 5
MATCH (cause)<-[r:RELATION ]-(effect)
WHERE id(cause) IN $frontier
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects,
       // From milliseconds: Neo4j rounds the seconds of times before 1970 up, not down.
       collect(CASE WHEN $timed THEN coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1) END) AS times
