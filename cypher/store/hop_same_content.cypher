// title:   One hop to the same content
// answers: What has the same content as the given nodes, where a document brought one of both; either way round, as columns of
//          equal length.
// param:   frontier  list of integer
// column:  causes list of integer, effects list of integer
CYPHER 5
MATCH (cause)-[:SAME_CONTENT_AS]-(effect)
WHERE id(cause) IN $frontier
RETURN collect(id(cause)) AS causes, collect(id(effect)) AS effects
