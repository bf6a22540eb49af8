// title:   One hop along the arrows, to what may have affected these
// answers: A row for each relation type, with columns of equal length. Times are in microseconds since 1970, -1 for unknown;
//          `general` tells which causes are general entities.
// param:   frontier     list of integer
// param:   collections  list of integer   of these, the collections whose members count
// param:   known_on     datetime or null  only what the store had learnt by then
// column:  relation string, causes list of integer, effects list of integer, times list of integer,
//          general list of boolean
CYPHER 5
MATCH (effect)-[r:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER|SPECIALIZATION_OF|MENTION_OF
                 |WAS_INFLUENCED_BY|WAS_STARTED_BY|WAS_ENDED_BY]->(cause:Entity|Activity)
WHERE id(effect) IN $frontier
  AND ($known_on IS NULL OR r.stored_at <= $known_on)
  AND (NOT r:HAD_MEMBER OR id(effect) IN $collections)
RETURN type(r) AS relation, collect(id(cause)) AS causes, collect(id(effect)) AS effects,
       collect(coalesce(r.time.epochMillis * 1000 + r.time.microsecond % 1000, -1)) AS times,
       collect(cause:General) AS general
