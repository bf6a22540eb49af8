// title:   What do all artifacts of some kinds stand for?
// answers: As flawed_by_entity.cypher without a window, for every artifact of these kinds at once, versions told under their general
//          artifact: itself and its specialisations (transitively).
// param:   kinds    list of string
// param:   outside  boolean         only those that came from outside: of one of these things nobody recorded how it was made
// column:  source integer, id string, kind string, name string, things list of integer
CYPHER 5
MATCH (source:Entity&!Unknown)
WHERE source.kind IN $kinds AND NOT EXISTS { (source)-[:SPECIALIZATION_OF|MENTION_OF]->() }
CALL (source) {
  MATCH (source)<-[:SPECIALIZATION_OF|MENTION_OF*0..]-(thing:Entity)
  WITH DISTINCT thing
  RETURN collect(id(thing)) AS things,
         count(CASE WHEN NOT EXISTS { (thing)-[:WAS_GENERATED_BY|WAS_DERIVED_FROM]->() }
                     AND NOT EXISTS { (thing)<-[:SPECIALIZATION_OF|MENTION_OF]-() } THEN 1 END) AS outside
}
WITH source, things, outside
WHERE outside > 0 OR NOT $outside
RETURN id(source) AS source, source.id AS id, source.kind AS kind, source.name AS name, things
ORDER BY id
