// title:   Which nodes are there?
// answers: The internal numbers of all entities, of those that are general, and of all runs.
// column:  entities list of integer, generals list of integer, runs list of integer
CYPHER 5
CALL () { MATCH (n:Entity) RETURN collect(id(n)) AS entities }
CALL () { MATCH (n:General) RETURN collect(id(n)) AS generals }
CALL () { MATCH (n:Activity) RETURN collect(id(n)) AS runs }
RETURN entities, generals, runs
