// title:   Which models depend on this source?
// answers: Every Model version downstream of what the source delivered in the window, nearest first. state: live,
//          invalidated, or superseded (a later version exists that is not affected). Walks derivation, use, processing,
//          code, communication, membership up, specialisation, and membership down from what is flawed. It never names
//          fewer than those rules do: what `graphprov impact` clears by precision or time is listed all the same, and
//          so are versions of an artifact that is affected as a collection alone, since telling these takes a look at
//          each step. Not walked: membership down further on, the plan of an association, the same content under an
//          imported name, and what is only possible (influence, unversioned use). Each flawed version is walked on its
//          own. Empty also where no such thing is known.
// param:   source  string    id or name of a DataSource (or of any agent)  e.g. "acme-threat-intel"
// param:   since   datetime  first delivery that was wrong, or null        e.g. datetime("2026-03-01T00:00Z")
// param:   until   datetime  first delivery that was right again, or null
// column:  model string, distance integer, generated_at datetime, state string
// browser: :param source => "acme-threat-intel"
// browser: :param since => datetime("2026-03-01T00:00Z")
// browser: :param until => null
// The flaw: what is attributed to the source or was made by its runs, also by those who act for it.
MATCH (subject:Agent)
WHERE subject.id = $source OR subject.name = $source
MATCH (subject)<-[:ACTED_ON_BEHALF_OF*0..]-(agent)
WITH DISTINCT agent
MATCH (agent)<-[:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]-(did)<-[:WAS_GENERATED_BY*0..1]-(flawed)
WITH DISTINCT flawed, false AS itself
WHERE flawed:Entity
// An artifact's time is when it was generated, else issued or delivered. Without one it counts as inside.
WITH flawed, itself, [(flawed)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time] AS generated
WITH flawed, itself, CASE WHEN generated <> [] THEN generated
                          ELSE coalesce(flawed.times, [coalesce(flawed.generated_at, flawed.issued_at, flawed.delivered_at)])
                     END AS times
WHERE itself OR any(time IN times WHERE coalesce(time >= $since, true) AND coalesce(time < $until, true))
WITH DISTINCT flawed
// The members of a flawed collection, and theirs.
MATCH (flawed)-[down:HAD_MEMBER*0..]->(start)
WITH start, min(size(down)) AS removed
// From here against the arrows, from cause to effect; pruned, so that each node is visited once.
MATCH (start)<-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_INFORMED_BY|HAD_MEMBER
                     |SPECIALIZATION_OF|MENTION_OF*0..]-(affected)
WITH affected, removed, min(size(steps)) AS distance
WITH affected, min(removed + distance) AS distance
WHERE affected:Model
WITH collect({model: affected, distance: distance}) AS rows, collect(affected) AS everything
UNWIND rows AS row
WITH row.model AS model, row.distance AS distance, everything
RETURN model.id AS model, distance,
       coalesce([(model)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                model.generated_at, model.issued_at, model.delivered_at) AS generated_at,
       CASE
         WHEN model.invalidated_at IS NOT NULL OR EXISTS { (model)-[:WAS_INVALIDATED_BY]->() } THEN 'invalidated'
         WHEN EXISTS {
           MATCH (model)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(later)
           WHERE NOT later IN everything
             AND coalesce([(later)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                          later.generated_at, later.issued_at, later.delivered_at)
               > coalesce([(model)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                          model.generated_at, model.issued_at, model.delivered_at)
         } THEN 'superseded'
         ELSE 'live'
       END AS state
ORDER BY distance, model
