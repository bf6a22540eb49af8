// title:   How much content came in by documents?
// answers: The number of imported entities with a content digest; told by Neo4j's count store at once.
// column:  imported integer
MATCH (n:Imported) RETURN count(n) AS imported
