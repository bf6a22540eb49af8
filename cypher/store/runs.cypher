// title:   What ran lately?
// answers: Activities, newest first, with who ran them and how much they read and wrote.
// param:   kind string or null, name string or null, limit integer
// column:  started datetime, kind string, run string, status string, who list of string, used integer, generated integer
MATCH (a:Activity&!Unknown)
WHERE ($kind IS NULL OR a.kind = $kind) AND ($name IS NULL OR a.name = $name)
WITH a ORDER BY a.started_at IS NULL, a.started_at DESC, a.id LIMIT $limit
RETURN a.started_at AS started, a.kind AS kind, a.id AS run, coalesce(a.status, 'no end recorded') AS status,
       [(a)-[:WAS_ASSOCIATED_WITH]->(g:!Unknown) | coalesce(g.name, g.id)] AS who,
       count { (a)-[:USED]->() } AS used, count { (a)<-[:WAS_GENERATED_BY]-() } AS generated
