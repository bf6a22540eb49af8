// title:   What are these nodes?
// answers: Numbers and ids as columns of equal length, one row for each kind. The kind of an end that a relation leaves open is
//          empty.
// param:   numbers  list of integer
// column:  kind string, numbers list of integer, ids list of string
CYPHER 5
MATCH (n)
WHERE id(n) IN $numbers
RETURN CASE WHEN n:Unknown THEN ''
            ELSE coalesce(n.kind, CASE WHEN n:Activity THEN 'activity' ELSE 'entity' END) END AS kind,
       collect(id(n)) AS numbers, collect(n.id) AS ids
