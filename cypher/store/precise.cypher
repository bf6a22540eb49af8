// title:   Which outputs say themselves what they were made from?
// answers: Pairs of a run and an entity that it generated, where the entity declares a derivation from something that the run
//          used, or a derivation that names the run as its activity (impact rule "precision").
// param:   outputs   list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  run list of integer, output list of integer
CYPHER 5
MATCH (e:Entity)-[d:WAS_DERIVED_FROM]->(x)
WHERE id(e) IN $outputs AND ($known_on IS NULL OR d.stored_at <= $known_on)
MATCH (e)-[g:WAS_GENERATED_BY]->(a:Activity)
WHERE ($known_on IS NULL OR g.stored_at <= $known_on)
  AND (d.activity = a.id
       OR EXISTS { MATCH (a)-[u:USED]->(x) WHERE $known_on IS NULL OR u.stored_at <= $known_on })
WITH DISTINCT id(a) AS run, id(e) AS output
RETURN collect(run) AS run, collect(output) AS output
