// title:   What is called nearly so?
// answers: Names near the words given, by the full-text index, with how many nodes bear them.
// param:   words string (a Lucene query), limit integer
// column:  name string, kind string, element string, nodes integer
CALL db.index.fulltext.queryNodes('graphprov_names', $words, {limit: 500}) YIELD node, score
WITH node.name AS name, node.kind AS kind,
     head([type IN ['Entity', 'Activity', 'Agent'] WHERE type IN labels(node)]) AS element,
     count(CASE WHEN node.version IS NOT NULL OR node:Activity THEN 1 END) AS nodes, max(score) AS score
RETURN name, kind, element, nodes
ORDER BY score DESC
LIMIT $limit
