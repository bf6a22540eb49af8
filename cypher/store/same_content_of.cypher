// title:   What else has the content of this?
// answers: Entities with the same content digest; `joined` where a document brought one of both, so that impact goes from one
//          to the other.
// param:   id string, limit integer
// column:  other string, digest string, joined boolean
MATCH (n:Entity {id: $id}) WHERE n.digest IS NOT NULL AND coalesce(n.size_bytes, 1) > 0
MATCH (other:Entity {digest: n.digest}) WHERE other <> n
RETURN other.id AS other, n.digest AS digest, (n:Imported OR other:Imported) AS joined
ORDER BY other LIMIT $limit
