// title:   How was this artifact made?
// answers: For each version, newest first: the run that generated it, its code, inputs, parameters and people.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "antispam"
// column:  artifact string, run string, started_at datetime, status string, command string, code list of string,
//          inputs list of string, parameters list of string, people list of string
// browser: :param artifact => "antispam"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
MATCH (artifact)-[:WAS_GENERATED_BY]->(run)
RETURN artifact.id AS artifact, run.id AS run, run.started_at AS started_at, run.status AS status,
       run.command AS command,
       COLLECT {
         MATCH (run)-[:USED]->(code:CodeVersion)
         RETURN coalesce(code.commit, code.id) + CASE WHEN code.dirty THEN ' (uncommitted changes)' ELSE '' END AS c
         ORDER BY c
       } AS code,
       COLLECT { MATCH (run)-[:USED]->(input) WHERE NOT input:CodeVersion RETURN input.id AS i ORDER BY i } AS inputs,
       COLLECT {
         UNWIND keys(run) AS key
         WITH key, run[key] AS value
         WHERE key STARTS WITH 'parameters.'
         RETURN substring(key, 11) + ' = ' + coalesce(toStringOrNull(value), '(a list)') AS p
         ORDER BY p
       } AS parameters,
       COLLECT { MATCH (run)-[:WAS_ASSOCIATED_WITH]->(person) RETURN person.id AS p ORDER BY p } AS people
ORDER BY started_at DESC, artifact
