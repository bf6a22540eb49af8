// title:   Does an open incident stand behind this artifact?
// answers: Open incidents whose flaw is upstream of the artifact: about something it was made from, about a general
//          artifact or a source of that in the incident's window, as amended. Walks as impact/affected_by does, but for
//          specialisation and membership down. It may name too many, never too few by the rules walked here;
//          `graphprov incident list --affecting` is exact.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "antispam"
// column:  incident string, reason string, through string, distance integer, found_at datetime
// browser: :param artifact => "antispam"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
MATCH (artifact)-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER*0..]->(cause)
WITH cause, min(size(steps)) AS distance
CALL (cause) {
  MATCH (cause)<-[:ABOUT]-(incident:Incident)
  RETURN incident, true AS itself
UNION
  MATCH (cause)-[:SPECIALIZATION_OF*1..]->(general)
  WITH DISTINCT general
  MATCH (general)<-[:ABOUT]-(incident:Incident)
  RETURN incident, false AS itself
UNION
  MATCH (cause)-[:WAS_GENERATED_BY*0..1]->(did)
  WITH DISTINCT cause, did
  MATCH (did)-[:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent)
  WHERE cause:Entity
  WITH DISTINCT agent
  MATCH (agent)-[:ACTED_ON_BEHALF_OF*0..]->(subject)
  WITH DISTINCT subject
  MATCH (subject)<-[:ABOUT]-(incident:Incident)
  RETURN incident, false AS itself
}
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry)
  WHERE entry.what IN ['closed', 'reopened']
  WITH entry ORDER BY entry.said_at DESC, entry.id DESC LIMIT 1
  RETURN coalesce(entry.what = 'reopened', coalesce(incident.state, 'open') = 'open') AS open
}
WITH incident, itself, cause, distance WHERE open
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry {what: 'amended'})
  WITH entry ORDER BY entry.said_at, entry.id
  WITH collect(entry) AS amended
  RETURN reduce(s = incident.since, a IN amended | CASE WHEN 'since' IN a.removed THEN null ELSE coalesce(a.since, s) END) AS since,
         reduce(u = incident.until, a IN amended | CASE WHEN 'until' IN a.removed THEN null ELSE coalesce(a.until, u) END) AS until,
         reduce(r = incident.reason, a IN amended | coalesce(a.reason, r)) AS reason
}
WITH incident, itself, cause, distance, since, until, reason,
     [(cause)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time] AS generated
WITH incident, itself, cause, distance, since, until, reason,
     CASE WHEN generated <> [] THEN generated
          ELSE coalesce(cause.times, [coalesce(cause.generated_at, cause.issued_at, cause.delivered_at)]) END AS times
WHERE itself OR any(time IN times WHERE coalesce(time >= since, true) AND coalesce(time < until, true))
WITH incident, reason, cause, distance
ORDER BY distance, cause.id
WITH incident, reason, head(collect(cause)) AS through, min(distance) AS distance
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry {what: 'opened'})
  WITH entry ORDER BY entry.said_at, entry.id LIMIT 1
  RETURN coalesce(entry.found_at, incident.found_at) AS found_at
}
RETURN incident.id AS incident, reason, through.id AS through, distance, found_at
ORDER BY distance, incident
