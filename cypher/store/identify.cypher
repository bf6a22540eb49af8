// title:   What are these nodes?
// answers: Ids and kinds as columns, in the order of the numbers given.
// param:   numbers  list of integer
// column:  ids list of string, kinds list of string
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
RETURN collect(n.id) AS ids, collect(coalesce(n.kind, CASE WHEN n:Activity THEN 'activity' ELSE 'entity' END)) AS kinds
