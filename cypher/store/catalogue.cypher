// title:   What is recorded here?
// answers: Artifacts (one row for all versions of a kind and name) and agents, with the number of versions and the latest time;
//          not what was said of incidents, unless that kind is asked for.
// param:   kind string or null, limit integer
// column:  kind string, name string, versions integer, latest datetime
CALL () {
  MATCH (n:Entity&!Unknown)
  WHERE $kind IS NULL AND NOT n:IncidentEntry OR n.kind = $kind
  WITH n.kind AS kind, coalesce(n.name, n.id) AS name,
       count(CASE WHEN n.version IS NOT NULL OR n.digest IS NOT NULL THEN 1 END) AS versions,
       max(coalesce(n.generated_at, n.issued_at, n.delivered_at)) AS latest
  RETURN kind, name, versions, latest
  UNION ALL
  MATCH (n:Agent&!Unknown)
  WHERE $kind IS NULL OR n.kind = $kind
  RETURN n.kind AS kind, coalesce(n.name, n.id) AS name, null AS versions, null AS latest
}
RETURN kind, name, versions, latest
ORDER BY kind, name
LIMIT $limit
