// title:   What has no recorded origin?
// answers: Entities of the given kinds with neither generation, derivation nor attribution recorded; general artifacts, which
//          stand for their versions, do not count.
// param:   kinds     list of string
// param:   limit     integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  id string, number integer
CYPHER 5
MATCH (n:Entity)
WHERE n.kind IN $kinds AND ($known_on IS NULL OR n.stored_at <= $known_on)
  AND NOT EXISTS {
    MATCH (n)-[r:WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO]->(:!Unknown)
    WHERE $known_on IS NULL OR r.stored_at <= $known_on
  }
  AND NOT EXISTS { MATCH (n)<-[s:SPECIALIZATION_OF]-() WHERE $known_on IS NULL OR s.stored_at <= $known_on }
RETURN n.id AS id, id(n) AS number
ORDER BY id
LIMIT $limit
