// title:   Whom do we have to tell about a flaw?
// answers: The agents responsible for what is affected: to whom it is attributed, who ran what made it, and on whose
//          behalf. direct: how many affected things are attributed to the agent or were made by its runs; behalf: by
//          those who act for it. Walks derivation, use, processing, code, communication, membership up, specialisation,
//          and membership down from what is flawed. It never names fewer than those rules do: what `graphprov impact`
//          clears by precision or time is listed all the same, and so are versions of an artifact that is affected as a
//          collection alone, since telling these takes a look at each step. Not walked: membership down further on, the
//          plan of an association, the same content under an imported name, and what is only possible (influence,
//          unversioned use). Each flawed version is walked on its own. Empty also where no such thing is known.
// param:   subject  string    id or name of an artifact, source, person or run, or name@version  e.g. "acme-threat-intel"
// param:   since    datetime  first time that was wrong, or null                                 e.g. datetime("2026-03-01T00:00Z")
// param:   until    datetime  first time that was right again, or null
// column:  agent string, kind string, contact string, direct integer, behalf integer, nearest integer,
//          kinds list of string
// browser: :param subject => "acme-threat-intel"
// browser: :param since => datetime("2026-03-01T00:00Z")
// browser: :param until => null
// The flaw: what is wrong to begin with.
CALL () {
  // An artifact: itself, and its versions.
  MATCH (subject:Entity)
  WHERE subject.id = $subject
     OR subject.name = $subject AND NOT EXISTS { (subject)-[:SPECIALIZATION_OF]->({name: $subject}) }
     OR subject.name = split($subject, '@')[0] AND subject.version STARTS WITH split($subject, '@')[1]
  MATCH (subject)<-[:SPECIALIZATION_OF*0..]-(flawed)
  WITH DISTINCT subject, flawed
  RETURN flawed, flawed = subject AS itself, null AS run
UNION
  // A source or person: what is attributed to it or was made by its runs, also by those who act for it.
  MATCH (subject:Agent)
  WHERE subject.id = $subject OR subject.name = $subject
  MATCH (subject)<-[:ACTED_ON_BEHALF_OF*0..]-(agent)
  WITH DISTINCT agent
  MATCH (agent)<-[:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]-(did)<-[:WAS_GENERATED_BY*0..1]-(flawed)
  WITH DISTINCT flawed
  WHERE flawed:Entity
  RETURN flawed, false AS itself, null AS run
UNION
  // A run: itself, and what it generated.
  MATCH (subject:Activity)
  WHERE subject.id = $subject OR subject.name = $subject
  MATCH (subject)<-[:WAS_GENERATED_BY*0..1]-(flawed)
  WITH DISTINCT subject, flawed
  RETURN flawed, flawed = subject AS itself, subject AS run
}
// An artifact's time is when it was generated (for a run: by that run), else issued or delivered. Without one it counts as
// inside.
WITH flawed, itself,
     [(flawed)-[g:WAS_GENERATED_BY]->(by) WHERE g.time IS NOT NULL AND coalesce(by = run, true) | g.time] AS generated
WITH flawed, itself, CASE WHEN generated <> [] THEN generated
                          ELSE coalesce(flawed.times, [coalesce(flawed.generated_at, flawed.issued_at, flawed.delivered_at)])
                     END AS times
WHERE itself OR any(time IN times WHERE coalesce(time >= $since, true) AND coalesce(time < $until, true))
WITH collect(DISTINCT flawed) AS flaw, collect(DISTINCT CASE WHEN itself THEN flawed END) AS subjects
// A flawed artifact stands there with its members, and theirs. A flawed run affects what it informed, and none of its
// outputs but the flawed ones.
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
WITH start, subjects, alone, min(removed) AS removed
// From here against the arrows, from cause to effect; pruned, so that each node is visited once. A subject affects none of
// its versions but the flawed ones.
MATCH (start)<-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER
                     |SPECIALIZATION_OF|MENTION_OF*0..]-(affected)
WHERE all(step IN steps WHERE NOT alone
                          AND (NOT endNode(step) IN subjects OR NOT type(step) IN ['SPECIALIZATION_OF', 'MENTION_OF']))
WITH affected, removed, min(size(steps)) AS distance
WITH affected, min(removed + distance) AS distance
CALL (affected) {
  MATCH (affected)-[:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->(responsible)
  RETURN responsible
UNION
  MATCH (affected)-[:WAS_GENERATED_BY]->()-[:WAS_ASSOCIATED_WITH]->(responsible)
  RETURN responsible
}
WITH responsible, collect({thing: affected, distance: distance}) AS things
MATCH (responsible)-[steps:ACTED_ON_BEHALF_OF*0..]->(agent)
WITH responsible, agent, things, min(size(steps)) AS removes
UNWIND things AS row
WITH agent, removes, row.thing AS thing, row.distance AS distance
ORDER BY thing.kind
RETURN agent.id AS agent, agent.kind AS kind, agent.contact AS contact,
       count(DISTINCT CASE WHEN removes = 0 THEN thing END) AS direct,
       count(DISTINCT CASE WHEN removes > 0 THEN thing END) AS behalf,
       min(distance) AS nearest, collect(DISTINCT thing.kind) AS kinds
ORDER BY direct + behalf DESC, agent
