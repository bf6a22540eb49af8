// title:   What content do these have?
// answers: Those of the given nodes that have a content digest, with it.
// param:   numbers  list of integer
// column:  number integer, properties map
CYPHER 5
MATCH (n:Entity)
WHERE id(n) IN $numbers AND n.digest IS NOT NULL
RETURN id(n) AS number, {digest: n.digest} AS properties
