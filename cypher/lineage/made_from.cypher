// title:   What was this artifact made from?
// answers: Everything upstream of it, runs and code included, nearest first. Without @version: of all its versions.
// param:   artifact  string   id or name of an artifact, or name@version  e.g. "antispam"
// param:   kind      string   only this kind, or null                     e.g. "dataset"
// param:   limit     integer  how many rows at most, or null: 1000
// column:  id string, kind string, name string, distance integer
// browser: :param artifact => "antispam"
// browser: :param kind => "dataset"
// browser: :param limit => null
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
MATCH (artifact)-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*1..]->(cause)
WITH cause, min(size(steps)) AS distance
WHERE $kind IS NULL OR cause.kind = $kind
RETURN cause.id AS id, cause.kind AS kind, cause.name AS name, distance
ORDER BY distance, id
LIMIT coalesce($limit, 1000)
