// title:   Draw what a source or artifact has touched
// answers: What is downstream of an artifact, or of all that an agent delivered, as a graph: in Neo4j Browser a
//          picture, elsewhere the ids of both ends. The nearest come first.
// param:   subject  string   id or name of an artifact, source or person, or name@version  e.g. "acme-threat-intel"
// param:   limit    integer  how many relations at most, or null: 300
// column:  effect node, relation relationship, cause node
// browser: :param subject => "acme-threat-intel"
// browser: :param limit => null
CALL () {
  MATCH (named:Entity)
  WHERE named.id = $subject OR named.name = $subject
     OR named.name = split($subject, '@')[0] AND named.version STARTS WITH split($subject, '@')[1]
  MATCH (named)<-[:SPECIALIZATION_OF*0..]-(subject)
  WITH DISTINCT subject
  RETURN subject
UNION
  MATCH (subject:Agent)
  WHERE subject.id = $subject OR subject.name = $subject
  RETURN subject
}
MATCH (subject)<-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO|ACTED_ON_BEHALF_OF*0..]-(cause)
WITH cause, min(size(steps)) AS distance
MATCH (cause)<-[relation:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO|ACTED_ON_BEHALF_OF]-(effect)
RETURN effect, relation, cause
ORDER BY distance
LIMIT coalesce($limit, 300)
