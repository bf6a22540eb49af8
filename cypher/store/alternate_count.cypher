// title:   Is anything said to be the same as something else?
// answers: The number of such statements; told by Neo4j's count store at once.
// column:  alternates integer
MATCH ()-[r:ALTERNATE_OF]->() RETURN count(r) AS alternates
