// title:   Whose database is this, and which schema has it?
// answers: The store's id (null where it is not graphprov's), the schema files applied, and the number of nodes.
// column:  store string, applied list, nodes integer
OPTIONAL MATCH (s:GraphprovStore)
WITH min(s.id) AS store
OPTIONAL MATCH (f:GraphprovSchema)
WITH store, [row IN collect([f.number, f.name, f.checksum]) WHERE row[0] IS NOT NULL] AS applied
CALL () { MATCH (n) RETURN count(n) AS nodes }
RETURN store, applied, nodes
