// title:   Which of these have no recorded origin?
// answers: Those of the given entities with neither generation, derivation nor attribution recorded. General artifacts, which
//          stand for their versions, do not count.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  numbers list of integer, ids list of string
CYPHER 5
MATCH (n:Entity&!Unknown)
WHERE id(n) IN $numbers
  AND NOT EXISTS {
    MATCH (n)-[r:WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO]->(:!Unknown)
    WHERE $known_on IS NULL OR r.stored_at <= $known_on
  }
  AND NOT EXISTS { MATCH (n)<-[s:SPECIALIZATION_OF]-() WHERE $known_on IS NULL OR s.stored_at <= $known_on }
RETURN collect(id(n)) AS numbers, collect(n.id) AS ids
