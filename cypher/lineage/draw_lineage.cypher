// title:   Draw what this artifact was made from
// answers: The artifact and everything upstream of it as a graph: in Neo4j Browser a picture, elsewhere the ids of both
//          ends.
// param:   artifact  string   id or name of an artifact, or name@version  e.g. "antispam"
// param:   limit     integer  how many relations at most, or null: 300
// column:  effect node, relation relationship, cause node
// browser: :param artifact => "antispam"
// browser: :param limit => null
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
MATCH (artifact)-[:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*0..]->(effect)
WITH DISTINCT effect
MATCH (effect)-[relation:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH|ACTED_ON_BEHALF_OF]->
  (cause)
RETURN effect, relation, cause
LIMIT coalesce($limit, 300)
