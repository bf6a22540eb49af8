// title:   How far has a flaw spread?
// answers: Number of affected things of each kind, how many of them are live, and how near and far they are. Live: not
//          invalidated, and no later version of the same artifact that is not affected too. Walks derivation, use,
//          processing, code, communication, membership up, specialisation, and membership down from what is flawed. It
//          never names fewer than those rules do: what `graphprov impact` clears by precision or time is listed all the
//          same, and so are versions of an artifact that is affected as a collection alone, since telling these takes a
//          look at each step. Not walked: membership down further on, the plan of an association, the same content
//          under an imported name, and what is only possible (influence, unversioned use). Each flawed version is
//          walked on its own. Empty also where no such thing is known.
// param:   subject  string    id or name of an artifact, source, person or run, or name@version  e.g. "acme-threat-intel"
// param:   since    datetime  first time that was wrong, or null                                 e.g. datetime("2026-03-01T00:00Z")
// param:   until    datetime  first time that was right again, or null
// column:  kind string, affected integer, live integer, nearest integer, farthest integer
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
WITH collect({thing: affected, distance: distance}) AS rows, collect(affected) AS everything
UNWIND rows AS row
WITH row.thing AS thing, row.distance AS distance, everything
WITH thing, distance,
     CASE
       WHEN thing.invalidated_at IS NOT NULL OR EXISTS { (thing)-[:WAS_INVALIDATED_BY]->() } THEN 'invalidated'
       WHEN EXISTS {
         MATCH (thing)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(later)
         WHERE NOT later IN everything
           AND coalesce([(later)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                        later.generated_at, later.issued_at, later.delivered_at)
             > coalesce([(thing)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                        thing.generated_at, thing.issued_at, thing.delivered_at)
       } THEN 'superseded'
       ELSE 'live'
     END AS state
RETURN thing.kind AS kind, count(*) AS affected,
       count(CASE WHEN thing:Entity AND state = 'live' THEN thing END) AS live,
       min(distance) AS nearest, max(distance) AS farthest
ORDER BY nearest, kind
