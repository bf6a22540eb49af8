// title:   What was forgotten, with its tombstones?
// param:   ids  list of string or null  only these
// column:  id string, element string, properties map
MATCH (n:Forgotten) WHERE $ids IS NULL OR n.id IN $ids
RETURN n.id AS id, head([type IN ['Entity', 'Activity', 'Agent'] WHERE type IN labels(n)]) AS element,
       properties(n) AS properties
ORDER BY id
