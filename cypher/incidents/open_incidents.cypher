// title:   Which incidents are open?
// answers: Open incidents with their subjects and windows, latest found first.
// column:  incident string, reason string, subject string, kind string, since datetime, until datetime,
//          found_at datetime, found_by string
MATCH (incident:Incident {state: 'open'})
OPTIONAL MATCH (incident)-[:ABOUT]->(subject)
RETURN incident.id AS incident, incident.reason AS reason, subject.id AS subject, subject.kind AS kind,
       incident.since AS since, incident.until AS until, incident.found_at AS found_at, incident.found_by AS found_by
ORDER BY found_at DESC, incident, subject
