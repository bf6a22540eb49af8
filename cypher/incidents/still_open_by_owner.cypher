// title:   What is still open of this incident, and with whom?
// answers: For each owner the affected artifacts on which the last word is not that they are closed; null where nobody
//          answers for them. Runs are left out: they are closed with what they made. Walks as impact/affected_by does, so it
//          may name too many, never too few by the rules walked there; `graphprov incident show` is exact.
// param:   incident  string  number of an incident, the start of it, or its id  e.g. "987b6c"
// column:  owner string, contact string, open integer, live integer, nearest integer, artifacts list of string
// browser: :param incident => "987b6c"
MATCH (incident:Entity)
WHERE incident.id = $incident OR incident.name STARTS WITH $incident AND incident.kind = 'incident'
CALL (incident) {
  OPTIONAL MATCH (incident)<-[:ENTRY_OF]-(entry:IncidentEntry {what: 'amended'})
  WITH entry ORDER BY entry.said_at, entry.id
  WITH collect(entry) AS amended
  RETURN reduce(s = incident.since, a IN amended | CASE WHEN 'since' IN a.removed THEN null ELSE coalesce(a.since, s) END) AS since,
         reduce(u = incident.until, a IN amended | CASE WHEN 'until' IN a.removed THEN null ELSE coalesce(a.until, u) END) AS until
}
MATCH (incident)-[:ABOUT]->(subject)
CALL (subject) {
  // An artifact: itself, and its versions.
  MATCH (subject:Entity)<-[:SPECIALIZATION_OF*0..]-(flawed)
  WITH DISTINCT subject, flawed
  RETURN flawed, flawed = subject AS itself, null AS run
UNION
  // A source or person: what is attributed to it or was made by its runs, also by those who act for it.
  MATCH (subject:Agent)<-[:ACTED_ON_BEHALF_OF*0..]-(agent)
  WITH DISTINCT agent
  MATCH (agent)<-[:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]-(did)<-[:WAS_GENERATED_BY*0..1]-(flawed)
  WITH DISTINCT flawed
  WHERE flawed:Entity
  RETURN flawed, false AS itself, null AS run
UNION
  // A run: itself, and what it generated.
  MATCH (subject:Activity)<-[:WAS_GENERATED_BY*0..1]-(flawed)
  WITH DISTINCT subject, flawed
  RETURN flawed, flawed = subject AS itself, subject AS run
}
WITH incident, since, until, flawed, itself,
     [(flawed)-[g:WAS_GENERATED_BY]->(by) WHERE g.time IS NOT NULL AND coalesce(by = run, true) | g.time] AS generated
WITH incident, since, until, flawed, itself,
     CASE WHEN generated <> [] THEN generated
          ELSE coalesce(flawed.times, [coalesce(flawed.generated_at, flawed.issued_at, flawed.delivered_at)]) END AS times
WHERE itself OR any(time IN times WHERE coalesce(time >= since, true) AND coalesce(time < until, true))
WITH incident, collect(DISTINCT flawed) AS flaw, collect(DISTINCT CASE WHEN itself THEN flawed END) AS subjects
UNWIND flaw AS flawed
CALL (flawed) {
  MATCH (flawed:Entity)-[down:HAD_MEMBER*0..]->(start)
  RETURN start, min(size(down)) AS removed, false AS alone
UNION
  WITH flawed WHERE flawed:Activity
  RETURN flawed AS start, 0 AS removed, true AS alone
UNION
  MATCH (flawed:Activity)<-[:WAS_INFORMED_BY]-(start)
  RETURN start, 1 AS removed, false AS alone
}
WITH incident, start, subjects, alone, min(removed) AS removed
MATCH (start)<-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER
                     |SPECIALIZATION_OF|MENTION_OF*0..]-(affected)
WHERE all(step IN steps WHERE NOT alone
                          AND (NOT endNode(step) IN subjects OR NOT type(step) IN ['SPECIALIZATION_OF', 'MENTION_OF']))
WITH incident, affected, removed, min(size(steps)) AS distance
WITH incident, affected, min(removed + distance) AS distance
WHERE distance > 0 AND affected:Entity
CALL (incident, affected) {
  OPTIONAL MATCH (affected)<-[:ABOUT]-(entry:IncidentEntry)-[:ENTRY_OF]->(incident)
  WHERE entry.what IN ['resolved', 'unresolved']
  WITH entry ORDER BY entry.said_at DESC, entry.id DESC LIMIT 1
  RETURN coalesce(entry.what = 'resolved', false) AS closed
}
WITH affected, distance WHERE NOT closed
CALL (affected) {
  MATCH (affected)-[:WAS_ATTRIBUTED_TO]->(owner)
  RETURN owner
UNION
  MATCH (affected)-[:WAS_GENERATED_BY]->()-[:WAS_ASSOCIATED_WITH]->(owner)
  RETURN owner
UNION
  WITH affected WHERE NOT EXISTS { (affected)-[:WAS_ATTRIBUTED_TO]->() }
                  AND NOT EXISTS { (affected)-[:WAS_GENERATED_BY]->()-[:WAS_ASSOCIATED_WITH]->() }
  RETURN null AS owner
}
WITH owner, affected, distance, affected.invalidated_at IS NULL AS live
ORDER BY distance, affected.id
RETURN owner.id AS owner, owner.contact AS contact, count(DISTINCT affected) AS open,
       count(DISTINCT CASE WHEN live THEN affected END) AS live, min(distance) AS nearest,
       collect(DISTINCT affected.id) AS artifacts
ORDER BY open DESC, owner
