// title:   Does an open incident stand behind this artifact?
// answers: Open incidents whose flaw is upstream of the artifact: about something it was made from, about a general
//          artifact or a source of that in the incident's window. It may name too many (see impact/affected_by), never
//          too few by the rules walked there.
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
  MATCH (cause)<-[:ABOUT]-(incident)
  RETURN incident, true AS itself
UNION
  MATCH (cause)-[:SPECIALIZATION_OF*1..]->(general)
  WITH DISTINCT general
  MATCH (general)<-[:ABOUT]-(incident)
  RETURN incident, false AS itself
UNION
  MATCH (cause)-[:WAS_GENERATED_BY*0..1]->(did)
  WITH DISTINCT cause, did
  MATCH (did)-[:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(agent)
  WHERE cause:Entity
  WITH DISTINCT agent
  MATCH (agent)-[:ACTED_ON_BEHALF_OF*0..]->(subject)
  WITH DISTINCT subject
  MATCH (subject)<-[:ABOUT]-(incident)
  RETURN incident, false AS itself
}
WITH incident, itself, cause, distance,
     [(cause)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time] AS generated
WITH incident, itself, cause, distance,
     CASE WHEN generated <> [] THEN generated
          ELSE coalesce(cause.times, [coalesce(cause.generated_at, cause.issued_at, cause.delivered_at)]) END AS times
WHERE incident.state = 'open'
  AND (itself OR any(time IN times WHERE coalesce(time >= incident.since, true) AND coalesce(time < incident.until, true)))
WITH incident, cause, distance
ORDER BY distance, cause.id
WITH incident, head(collect(cause)) AS through, min(distance) AS distance
RETURN incident.id AS incident, incident.reason AS reason, through.id AS through, distance, incident.found_at AS found_at
ORDER BY distance, incident
