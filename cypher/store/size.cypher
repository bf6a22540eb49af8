// title:   How much does the database hold?
// answers: All nodes and relationships, also those that are not graphprov's; told by Neo4j's count store at once.
// column:  nodes integer, relations integer
CALL () { MATCH (n) RETURN count(n) AS nodes }
CALL () { MATCH ()-[r]->() RETURN count(r) AS relations }
RETURN nodes, relations
