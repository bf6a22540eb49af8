// title:   Whose database is this, and which schema has it?
// answers: The store's id (null where it is not graphprov's), the schema files applied, and the number of nodes.
// column:  store string, applied list, nodes integer
// Counted first: what another client that founds the store writes meanwhile must not look like somebody else's.
CALL () { MATCH (n) RETURN count(n) AS nodes }
OPTIONAL MATCH (s:GraphprovStore)
WITH nodes, min(s.id) AS store
OPTIONAL MATCH (f:GraphprovSchema)
WITH nodes, store, [row IN collect([f.number, f.name, f.checksum]) WHERE row[0] IS NOT NULL] AS applied
RETURN store, applied, nodes
