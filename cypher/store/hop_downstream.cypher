// title:   One hop against the arrows
// answers: Every relation that leads from the given nodes to what they may have affected, as columns of equal length. Nodes are
//          named by their internal numbers, which are short and found without an index; they mean nothing elsewhere.
//          Classes: 0 derivation, 1 use, 2 use of code, 3 generation. Times are microseconds since 1970, -1 for unknown.
// param:   frontier  list of integer
// column:  causes list of integer, effects list of integer, classes list of integer, times list of integer
CYPHER 5
MATCH (cause)<-[r:WAS_DERIVED_FROM|USED|WAS_GENERATED_BY]-(effect)
WHERE id(cause) IN $frontier
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects,
       collect(CASE type(r) WHEN 'WAS_GENERATED_BY' THEN 3
                            WHEN 'USED' THEN CASE WHEN cause:CodeVersion THEN 2 ELSE 1 END
                            ELSE 0 END) AS classes,
       // From milliseconds: Neo4j rounds the seconds of times before 1970 up, not down.
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times
