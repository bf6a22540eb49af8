// title:   What is called so?
// answers: General artifacts, agents and runs of this name; with a version, the versions and runs whose version or label starts so.
// param:   name string, kind string or null, version string or null, limit integer
// column:  id string, types list of string, kind string, name string, version string, time datetime, label string
CALL () {
  MATCH (n:Entity {name: $name})
  WHERE ($kind IS NULL OR n.kind = $kind)
    AND CASE WHEN $version IS NULL THEN n.version IS NULL AND n.digest IS NULL
             ELSE n.version STARTS WITH $version OR n.version_label STARTS WITH $version
               OR n.id CONTAINS '@' AND last(split(n.id, '@')) STARTS WITH $version END
  RETURN n LIMIT $limit
  UNION
  MATCH (n:Activity {name: $name})
  WHERE ($kind IS NULL OR n.kind = $kind) AND ($version IS NULL OR n.id CONTAINS '@' AND last(split(n.id, '@')) STARTS WITH $version)
  RETURN n LIMIT $limit
  UNION
  MATCH (n:Agent {name: $name})
  WHERE ($kind IS NULL OR n.kind = $kind) AND $version IS NULL
  RETURN n LIMIT $limit
}
RETURN n.id AS id, [label IN labels(n) WHERE label IN ['Entity', 'Activity', 'Agent']] AS types,
       n.kind AS kind, n.name AS name, n.version AS version,
       coalesce(n.generated_at, n.issued_at, n.delivered_at, n.started_at) AS time,
       n.version_label AS label
ORDER BY time, id
