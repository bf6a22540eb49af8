// title:   What is of these kinds?
// answers: Entities of some kinds, and whether each was withdrawn.
// param:   kinds  list of string
// column:  kind string, numbers list of integer, ids list of string, withdrawn list of boolean
CYPHER 5
MATCH (n:Entity&!Unknown)
WHERE n.kind IN $kinds
RETURN n.kind AS kind, collect(id(n)) AS numbers, collect(n.id) AS ids,
       collect(n.invalidated_at IS NOT NULL OR EXISTS { (n)-[:WAS_INVALIDATED_BY]->() }) AS withdrawn
