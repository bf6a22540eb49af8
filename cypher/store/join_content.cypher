// title:   Join the same content under several names
// answers: For each given entity with a content digest: joins it with others of that digest, where one of them came in by a
//          document. The imported one with the smallest id is joined with all that were recorded here, every other with it.
//          So all of one content hang together, whatever came first, by few relations. Empty content is not joined.
// param:   ids   list of string
// param:   empty list of string    the digests of nothing
// param:   now   datetime          when the store learns of it
UNWIND $ids AS id
MATCH (n:Entity {id: id})
WHERE n.digest IS NOT NULL AND NOT n.digest IN $empty
CALL (n) {
  MATCH (other:Imported {digest: n.digest})
  WHERE other <> n
  RETURN other ORDER BY other.id LIMIT 1
  UNION
  MATCH (other:Entity {digest: n.digest})
  WHERE n:Imported AND NOT other:Imported AND NOT EXISTS { MATCH (o:Imported {digest: n.digest}) WHERE o.id < n.id }
  RETURN other
}
MERGE (n)-[r:SAME_CONTENT_AS]-(other)
ON CREATE SET r.stored_at = $now
