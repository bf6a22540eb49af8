// title:   One hop to the same content
// answers: Of each content that one of the given nodes has and that a document brought under a name of its own: the imported
//          entity with the smallest id, which stands for that content, and every other entity with it. Columns of equal
//          length. Empty content says nothing.
// param:   frontier  list of integer
// param:   empty     list of string   the digests of nothing
// column:  hubs list of integer, others list of integer
CYPHER 5
UNWIND $frontier AS number
MATCH (n:Entity) WHERE id(n) = number AND n.digest IS NOT NULL AND NOT n.digest IN $empty
WITH DISTINCT n.digest AS digest
CALL (digest) {
  MATCH (hub:Imported {digest: digest})
  RETURN hub ORDER BY hub.id LIMIT 1
}
MATCH (other:Entity {digest: digest})
WHERE other <> hub
RETURN collect(id(hub)) AS hubs, collect(id(other)) AS others
