// title:   Which of these nodes are code?
// answers: The numbers of those that are code versions, or plans by the type that a document gives them.
// param:   numbers  list of integer
// column:  numbers list of integer
CYPHER 5
MATCH (n:CodeVersion|Plan)
WHERE id(n) IN $numbers
RETURN collect(id(n)) AS numbers
