// title:   Which entities have the content of these?
// answers: For each of the given content digests: all entities that have it
//          now, with all that is kept of each.
// param:   digests  list of string
// column:  number integer, properties map
CYPHER 5
MATCH (n:Entity)
WHERE n.digest IN $digests
RETURN id(n) AS number, properties(n) AS properties
