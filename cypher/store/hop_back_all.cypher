// title:   One hop along the arrows by every relation that can carry a flaw
// answers: For few nodes, one answer instead of one a relation type: as hop_against.cypher, from what may be affected back to
//          what it may be affected by. Agents affect nothing.
// param:   nodes        list of integer
// param:   collections  list of integer   of these, the collections whose members count
// param:   known_on     datetime or null  only what the store had learnt by then
// column:  relation string, general list of boolean, effects list of integer, causes list of integer, times list of integer
CYPHER 5
MATCH (effect)-[r:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER|SPECIALIZATION_OF|MENTION_OF
                 |WAS_INFLUENCED_BY|WAS_STARTED_BY|WAS_ENDED_BY]->(cause:Entity|Activity)
WHERE id(effect) IN $nodes
  AND ($known_on IS NULL OR r.stored_at <= $known_on)
  AND (NOT r:HAD_MEMBER OR id(effect) IN $collections)
RETURN type(r) AS relation, collect(cause:General) AS general, collect(id(effect)) AS effects, collect(id(cause)) AS causes,
       // From milliseconds: Neo4j rounds the seconds of times before 1970 up, not down.
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times
