// title:   Which incidents are open?
// answers: Open incidents with their subjects and windows, as amended, latest found first. An incident is open unless it
//          was closed and not reopened since.
// column:  incident string, reason string, severity string, subject string, kind string, since datetime, until datetime,
//          found_at datetime, found_by string
MATCH (incident:Incident)
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry)
  WHERE entry.what IN ['closed', 'reopened']
  WITH entry ORDER BY entry.said_at DESC, entry.id DESC LIMIT 1
  RETURN coalesce(entry.what = 'reopened', coalesce(incident.state, 'open') = 'open') AS open
}
WITH incident WHERE open
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry {what: 'amended'})
  WITH entry ORDER BY entry.said_at, entry.id
  WITH collect(entry) AS amended
  RETURN reduce(s = incident.since, a IN amended | CASE WHEN 'since' IN a.removed THEN null ELSE coalesce(a.since, s) END) AS since,
         reduce(u = incident.until, a IN amended | CASE WHEN 'until' IN a.removed THEN null ELSE coalesce(a.until, u) END) AS until,
         reduce(r = incident.reason, a IN amended | coalesce(a.reason, r)) AS reason,
         reduce(v = null, a IN amended | coalesce(a.severity, v)) AS severity
}
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry {what: 'opened'})
  WITH entry ORDER BY entry.said_at, entry.id
  WITH collect(entry) AS opened
  RETURN head(opened).found_at AS found_at, head(opened).found_by AS found_by,
         reduce(v = null, o IN opened | coalesce(o.severity, v)) AS first_severity
}
OPTIONAL MATCH (incident)-[:ABOUT]->(subject)
RETURN DISTINCT incident.id AS incident, reason, coalesce(severity, first_severity, incident.severity) AS severity,
       subject.id AS subject, subject.kind AS kind, since, until, coalesce(found_at, incident.found_at) AS found_at,
       coalesce(found_by, incident.found_by) AS found_by
ORDER BY found_at DESC, incident, subject
