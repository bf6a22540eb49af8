// title:   Which outputs say themselves what they were made from?
// answers: Pairs of a run and an entity that it generated, where the entity declares a derivation from something that the run
//          used, or a derivation that names the run as its activity (impact rule "precision").
// param:   outputs  list of integer
// column:  run list of integer, output list of integer
CYPHER 5
MATCH (e:Entity)-[d:WAS_DERIVED_FROM]->(x)
WHERE id(e) IN $outputs
MATCH (e)-[:WAS_GENERATED_BY]->(a:Activity)
WHERE d.activity = a.id OR EXISTS { (a)-[:USED]->(x) }
WITH DISTINCT id(a) AS run, id(e) AS output
RETURN collect(run) AS run, collect(output) AS output
