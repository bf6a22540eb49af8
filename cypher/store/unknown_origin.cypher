// title:   What has no recorded origin?
// answers: Entities of the given kinds with neither generation, derivation nor attribution recorded; general artifacts, which
//          stand for their versions, do not count.
// param:   kinds list of string, limit integer
// column:  id string
MATCH (n:Entity)
WHERE n.kind IN $kinds
  AND NOT EXISTS { (n)-[:WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO]->(:!Unknown) }
  AND NOT EXISTS { (n)<-[:SPECIALIZATION_OF]-() }
RETURN n.id AS id
ORDER BY id
LIMIT $limit
