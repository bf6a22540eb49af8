// title:   What are these nodes?
// answers: Numbers and ids as columns of equal length, one row for each kind.
// param:   numbers  list of integer
// column:  kind string, numbers list of integer, ids list of string
CYPHER 5
MATCH (n)
WHERE id(n) IN $numbers
RETURN coalesce(n.kind, CASE WHEN n:Activity THEN 'activity' ELSE 'entity' END) AS kind,
       collect(id(n)) AS numbers, collect(n.id) AS ids
