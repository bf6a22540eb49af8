// title:   What changed between two versions?
// answers: Each input, code version, parameter, package, environment value, person and piece of metadata in which the
//          makings of two versions differ, with the values before and after (null: not there). A name alone means its
//          newest version. An input or code is named by its artifact; its values are versions or commits.
// param:   before  string  id or name of the one version, or name@version    e.g. "antispam@3f2a"
// param:   after   string  id or name of the other version, or name@version  e.g. "antispam"
// column:  aspect string, name string, before list, after list
// browser: :param before => "antispam@3f2a"
// browser: :param after => "antispam"
CALL () {
  MATCH (named:Entity)
  WHERE named.id = $before OR named.name = $before
     OR named.name = split($before, '@')[0] AND named.version STARTS WITH split($before, '@')[1]
  MATCH (named)<-[:SPECIALIZATION_OF*0..]-(version)
  WITH DISTINCT version
  WITH version
  ORDER BY version.version IS NULL, coalesce([(version)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                                             version.generated_at, version.issued_at, version.delivered_at) DESC
  LIMIT 1
  RETURN 'before' AS side, version
UNION
  MATCH (named:Entity)
  WHERE named.id = $after OR named.name = $after
     OR named.name = split($after, '@')[0] AND named.version STARTS WITH split($after, '@')[1]
  MATCH (named)<-[:SPECIALIZATION_OF*0..]-(version)
  WITH DISTINCT version
  WITH version
  ORDER BY version.version IS NULL, coalesce([(version)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                                             version.generated_at, version.issued_at, version.delivered_at) DESC
  LIMIT 1
  RETURN 'after' AS side, version
}
CALL (version) {
  MATCH (version)-[:WAS_GENERATED_BY]->()-[:USED]->(input)
  RETURN CASE WHEN input:CodeVersion THEN 'code' ELSE 'input' END AS aspect, coalesce(input.name, input.id) AS name,
         coalesce(input.commit + CASE WHEN input.dirty THEN ' + ' + coalesce(input.diff_digest, 'changes') ELSE '' END,
                  input.version, input.id) AS value
UNION
  MATCH (version)-[:WAS_DERIVED_FROM]->(input)
  RETURN 'input' AS aspect, coalesce(input.name, input.id) AS name, coalesce(input.version, input.id) AS value
UNION
  MATCH (version)-[:WAS_GENERATED_BY]->(run)
  UNWIND keys(run) AS key
  WITH run, key
  WHERE key STARTS WITH 'parameters.'
  RETURN 'parameter' AS aspect, substring(key, 11) AS name, run[key] AS value
UNION
  MATCH (version)-[:WAS_GENERATED_BY]->(run)
  UNWIND run.packages AS package
  RETURN 'package' AS aspect, split(package, '==')[0] AS name, split(package, '==')[1] AS value
UNION
  MATCH (version)-[:WAS_GENERATED_BY]->(run)
  UNWIND ['name', 'command', 'python', 'host', 'user', 'status'] AS key
  RETURN 'environment' AS aspect, key AS name, run[key] AS value
UNION
  MATCH (version)-[:WAS_GENERATED_BY]->()-[:WAS_ASSOCIATED_WITH]->(person)
  RETURN 'people' AS aspect, coalesce(person.kind, 'agent') AS name, coalesce(person.name, person.id) AS value
UNION
  UNWIND keys(version) AS key
  WITH version, key
  WHERE NOT key IN ['id', 'kind', 'name', 'recorded_at', 'restated_at', 'stored_at', 'learnt_at', 'statement', 'statements',
                    'version', 'digest', 'path', 'generated_at', 'issued_at', 'delivered_at', 'times',
                    '@prov', 'types', 'bundles', 'constraints_broken']
  RETURN 'metadata' AS aspect, key AS name, version[key] AS value
}
WITH aspect, name, side, value
WHERE value IS NOT NULL
ORDER BY value
WITH aspect, name, collect(DISTINCT CASE side WHEN 'before' THEN value END) AS before,
     collect(DISTINCT CASE side WHEN 'after' THEN value END) AS after
WHERE before <> after
RETURN aspect, name, before, after
ORDER BY aspect, name
