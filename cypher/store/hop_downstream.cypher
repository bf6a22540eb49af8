// title:   One hop against the arrows
// answers: Every relation of one type that leads from the given nodes to what they may have affected, as columns of equal
//          length. RELATION stands for a type from graphprov's own list. Nodes are named by their internal numbers, which are
//          short and found without an index; they mean nothing elsewhere.
// param:   frontier  list of integer
// column:  causes list of integer, effects list of integer
CYPHER 5
MATCH (cause)<-[:RELATION ]-(effect)
WHERE id(cause) IN $frontier
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects
