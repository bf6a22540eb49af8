// title:   Which entities have this content?
// answers: Entities whose content digest is one of those given, or starts so.
// param:   digests list of string, limit integer
// column:  id string, types list of string, kind string, name string, version string, time datetime
UNWIND $digests AS digest
MATCH (n:Entity)
WHERE n.digest STARTS WITH digest
RETURN n.id AS id, ['Entity'] AS types, n.kind AS kind, n.name AS name, n.version AS version,
       coalesce(n.generated_at, n.issued_at, n.delivered_at) AS time
ORDER BY time, id
LIMIT $limit
