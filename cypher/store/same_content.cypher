// title:   What else has this content?
// answers: Entities with the same digest as one of the given nodes; empty content says nothing and does not count.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  others list of integer, ids list of string
CYPHER 5
UNWIND $numbers AS number
MATCH (n:Entity) WHERE id(n) = number AND n.digest IS NOT NULL AND coalesce(n.size_bytes, 1) > 0
MATCH (other:Entity {digest: n.digest})
WHERE other <> n AND ($known_on IS NULL OR other.stored_at <= $known_on)
WITH DISTINCT other
RETURN collect(id(other)) AS others, collect(other.id) AS ids
