// title:   Which kinds are there?
// answers: Each kind under each PROV type; not what was said of incidents.
// column:  element string, kind string
CALL () {
  MATCH (n:Entity) WHERE NOT n:Incident|IncidentEntry RETURN DISTINCT 'Entity' AS element, n.kind AS kind
  UNION
  MATCH (n:Activity) RETURN DISTINCT 'Activity' AS element, n.kind AS kind
  UNION
  MATCH (n:Agent) RETURN DISTINCT 'Agent' AS element, n.kind AS kind
}
WITH element, kind WHERE kind IS NOT NULL
RETURN element, kind
ORDER BY element, kind
