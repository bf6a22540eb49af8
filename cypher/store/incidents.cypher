// title:   Which incidents are there, and what was said of them?
// answers: What each incident says, its subjects, and every entry of its history with what that speaks of and who says it. All
//          of them, or those with the given ids.
// param:   ids  list of string or null
// column:  id string, properties map, subjects list of map, entries list of map
MATCH (incident:Incident)
WHERE $ids IS NULL OR incident.id IN $ids
CALL (incident) {
  MATCH (incident)-[:ABOUT]->(subject)
  WITH DISTINCT subject ORDER BY subject.id
  RETURN collect({id: subject.id, kind: subject.kind, name: subject.name,
                  types: [type IN ['Entity', 'Activity', 'Agent'] WHERE type IN labels(subject)]}) AS subjects
}
CALL (incident) {
  MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry)
  WITH DISTINCT entry
  // Not `told`, which may be long: it is read where somebody is to be told again.
  RETURN collect(entry {.id, .what, .said_at, .note, .found_by, .found_at, .severity, .reason, .since, .until, .removed,
                        .after, .open, .how, .way, .to, .parts, .new, .parts_digest, .message, .recorded_at, .stored_at,
                        about: COLLECT { MATCH (entry)-[:ABOUT]->(thing) RETURN DISTINCT thing.id AS id ORDER BY id },
                        by: COLLECT { MATCH (entry)-[:SAID_BY]->(agent) RETURN agent.id AS id ORDER BY id }}) AS entries
}
RETURN incident.id AS id, properties(incident) AS properties, subjects, entries
ORDER BY id
