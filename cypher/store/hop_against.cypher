// title:   One hop against the arrows by every relation that can carry a flaw
// answers: For few nodes, one answer instead of one a relation type: a row for each type, with columns of equal length. Times
//          are in microseconds since 1970, -1 for unknown. Agents are never affected.
// param:   nodes     list of integer
// param:   entered   list of integer   of these, the runs whose outputs count
// param:   general   list of integer   of these, those whose special entities count
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  relation string, causes list of integer, effects list of integer, times list of integer
CYPHER 5
MATCH (cause)<-[r:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER|SPECIALIZATION_OF|MENTION_OF
                 |WAS_INFLUENCED_BY|WAS_STARTED_BY|WAS_ENDED_BY]-(effect:Entity|Activity)
WHERE id(cause) IN $nodes
  AND ($known_on IS NULL OR r.stored_at <= $known_on)
  AND (NOT r:WAS_GENERATED_BY OR id(cause) IN $entered)
  AND (NOT r:SPECIALIZATION_OF AND NOT r:MENTION_OF OR id(cause) IN $general)
RETURN type(r) AS relation, collect(id(cause)) AS causes, collect(id(effect)) AS effects,
       // From milliseconds: Neo4j rounds the seconds of times before 1970 up, not down.
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times
