// title:   What has this id?
// answers: The nodes with exactly this id, or with an id that starts with it where `prefix` is true.
// param:   id string, prefix boolean, limit integer
// column:  id string, types list of string, kind string, name string, version string, time datetime
CALL () {
  MATCH (n:Entity) WHERE n.id = $id RETURN n
  UNION
  MATCH (n:Activity) WHERE n.id = $id RETURN n
  UNION
  MATCH (n:Agent) WHERE n.id = $id RETURN n
  UNION
  MATCH (n:Entity) WHERE $prefix AND n.id STARTS WITH $id RETURN n LIMIT $limit
  UNION
  MATCH (n:Activity) WHERE $prefix AND n.id STARTS WITH $id RETURN n LIMIT $limit
}
RETURN n.id AS id, [label IN labels(n) WHERE label IN ['Entity', 'Activity', 'Agent']] AS types,
       n.kind AS kind, n.name AS name, n.version AS version,
       coalesce(n.generated_at, n.issued_at, n.delivered_at, n.started_at) AS time
ORDER BY time, id
