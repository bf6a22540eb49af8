// title:   Why is this artifact affected by that flaw?
// answers: One shortest chain of recorded relations from the artifact back to what was wrong, a relation a row. There
//          may be others. Empty: no chain of the relations that impact/affected_by walks, or no such thing;
//          `graphprov why` tells these apart.
// param:   artifact  string    id or name of an artifact, or name@version                         e.g. "churn-predictions"
// param:   subject   string    id or name of an artifact, source, person or run, or name@version  e.g. "acme-threat-intel"
// param:   since     datetime  first time that was wrong, or null                                 e.g. datetime("2026-03-01T00:00Z")
// param:   until     datetime  first time that was right again, or null
// column:  step integer, effect string, relation string, cause string, time datetime
// browser: :param artifact => "churn-predictions"
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
// The nearest of them upstream of the artifact. The last steps are looked at on their own: down from a flawed collection to
// its members, and from a flawed run to those that it informed (of its outputs only the flawed ones count).
CALL (flaw, subjects) {
  MATCH (named:Entity)
  WHERE named.id = $artifact OR named.name = $artifact
     OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
  MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
  WITH DISTINCT artifact, flaw, subjects
  MATCH (artifact)-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER
                         |SPECIALIZATION_OF|MENTION_OF*0..]->(near)
  WHERE all(step IN steps WHERE NOT endNode(step) IN subjects OR NOT type(step) IN ['SPECIALIZATION_OF', 'MENTION_OF'])
  WITH artifact, near, flaw, min(size(steps)) AS distance
  CALL (near) {
    MATCH (near)<-[down:HAD_MEMBER*0..]-(flawed:Entity)
    RETURN flawed, min(size(down)) AS more
  UNION
    MATCH (near)-[:WAS_INFORMED_BY]->(flawed)
    RETURN flawed, 1 AS more
  }
  WITH artifact, near, flawed, distance + more AS distance
  WHERE flawed IN flaw AND flawed <> artifact
  RETURN artifact, near, flawed
  ORDER BY distance, flawed.id, artifact.id, near.id
  LIMIT 1
}
// One shortest way from the artifact there, and on to what is flawed.
CALL (artifact, near, subjects) {
  WITH artifact, near WHERE artifact = near
  RETURN [] AS way
UNION
  WITH artifact, near, subjects WHERE artifact <> near
  MATCH path = shortestPath((artifact)-[:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER
                                        |SPECIALIZATION_OF|MENTION_OF*1..]->(near))
  WHERE all(step IN relationships(path)
            WHERE NOT endNode(step) IN subjects OR NOT type(step) IN ['SPECIALIZATION_OF', 'MENTION_OF'])
  RETURN relationships(path) AS way
}
CALL (near, flawed) {
  WITH near, flawed WHERE near = flawed
  RETURN [] AS last, false AS down
UNION
  WITH near, flawed WHERE near <> flawed
  MATCH path = shortestPath((near)<-[:HAD_MEMBER*1..]-(flawed))
  RETURN relationships(path) AS last, true AS down
UNION
  MATCH (near)-[informed:WAS_INFORMED_BY]->(flawed)
  RETURN [informed] AS last, false AS down
}
WITH [step IN way | {relation: step, effect: startNode(step), cause: endNode(step)}]
     + [step IN last | {relation: step, effect: CASE WHEN down THEN endNode(step) ELSE startNode(step) END,
                        cause: CASE WHEN down THEN startNode(step) ELSE endNode(step) END}] AS chain
ORDER BY size(chain)
LIMIT 1
UNWIND range(0, size(chain) - 1) AS step
WITH step, chain[step] AS told
RETURN step + 1 AS step, told.effect.id AS effect, type(told.relation) AS relation, told.cause.id AS cause,
       told.relation.time AS time
ORDER BY step
