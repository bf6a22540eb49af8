// title:   Who was told of this incident, and who knows of it?
// answers: Each message that went to an owner, latest first, with how many open things it told of; and since when that owner
//          has acknowledged the incident.
// param:   incident  string  number of an incident, the start of it, or its id  e.g. "987b6c"
// column:  incident string, owner string, told_at datetime, way string, to string, things integer, acknowledged_at datetime
// browser: :param incident => "987b6c"
MATCH (incident:Entity)
WHERE incident.id = $incident OR incident.name STARTS WITH $incident AND incident.kind = 'incident'
WITH DISTINCT incident
MATCH (incident)<-[:ENTRY_OF]-(entry {what: 'notified'})-[:ABOUT]->(owner)
WITH DISTINCT incident, entry, owner
CALL (incident, owner) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(word)-[:ABOUT]->(owner)
  WHERE word.what IN ['acknowledged', 'unacknowledged']
  WITH word ORDER BY word.said_at DESC, word.id DESC LIMIT 1
  RETURN CASE WHEN word.what = 'acknowledged' THEN word.said_at END AS acknowledged_at
}
RETURN incident.id AS incident, owner.id AS owner,
       entry.said_at AS told_at, entry.way AS way, entry.to AS to, entry.new AS things, acknowledged_at
ORDER BY incident, told_at DESC, owner
