// title:   Who said what of this incident, and when?
// answers: Every entry of its history, in the order in which it was said; nothing is ever taken out. `about` is the owner
//          or the parts that it speaks of.
// param:   incident  string  number of an incident, the start of it, or its id  e.g. "987b6c"
// column:  incident string, said_at datetime, said_by string, what string, about list of string, how string, since datetime,
//          until datetime, severity string, note string
// browser: :param incident => "987b6c"
MATCH (incident:Entity)
WHERE incident.id = $incident OR incident.name STARTS WITH $incident AND incident.kind = 'incident'
WITH DISTINCT incident
MATCH (incident)<-[:ENTRY_OF]-(entry)
WITH DISTINCT incident, entry
RETURN incident.id AS incident, entry.said_at AS said_at,
       head(COLLECT { MATCH (entry)-[:SAID_BY]->(by) RETURN by.id AS b ORDER BY b }) AS said_by,
       entry.what AS what, COLLECT { MATCH (entry)-[:ABOUT]->(thing) RETURN DISTINCT thing.id AS t ORDER BY t } AS about,
       entry.how AS how, entry.since AS since, entry.until AS until, entry.severity AS severity, entry.note AS note
ORDER BY incident, said_at, entry.id
