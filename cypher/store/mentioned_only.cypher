// title:   What is referred to, and never described?
// answers: Nodes that only relations name, and how many of these; not ends that a document leaves open.
// column:  id string, relations integer
MATCH (n:Entity|Activity|Agent)
WHERE n.statement IS NULL AND NOT n:Unknown
RETURN n.id AS id, COUNT { (n)--() } AS relations
ORDER BY relations DESC, id
