// title:   Which metadata do things of this kind carry?
// answers: Every key beyond graphprov's own, with how many things have it, its types, unit and one value as an example.
// param:   kind  string  kind of artifact, run or agent  e.g. "dataset"
// column:  key string, things integer, types list of string, unit string, example any
// browser: :param kind => "dataset"
CALL () {
  MATCH (thing:Entity {kind: $kind}) RETURN thing
UNION ALL
  MATCH (thing:Activity {kind: $kind}) RETURN thing
UNION ALL
  MATCH (thing:Agent {kind: $kind}) RETURN thing
}
UNWIND keys(thing) AS key
WITH thing, key
WHERE NOT key ENDS WITH '@unit'
  AND NOT key IN ['id', 'kind', 'name', 'recorded_at', 'restated_at', 'stored_at', 'learnt_at', 'statement', 'statements',
                  'version', 'version_label',
                  'digest', 'size_bytes', 'path', 'media_type', 'generated_at', 'issued_at', 'delivered_at', 'valid_from',
                  'valid_until', 'invalidated_at', 'started_at', 'ended_at', 'status', 'error', 'command', 'host', 'user',
                  'python', 'packages', 'contact', 'contract', 'licence', 'homepage', 'commit', 'branch', 'remote', 'dirty',
                  'diff_digest', 'times', '@prov', 'types', 'bundles', 'constraints_broken',
                  'forgotten_at', 'forgotten_reason', 'forgotten_by', 'forgotten_in']
WITH key, count(*) AS things, collect(DISTINCT replace(valueType(thing[key]), ' NOT NULL', '')) AS types,
     max(thing[key + '@unit']) AS unit, head(collect(thing[key])) AS example
RETURN key, things, types, unit, example
ORDER BY things DESC, key
