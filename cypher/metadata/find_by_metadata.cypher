// title:   Which things carry this metadata?
// answers: Artifacts, runs or agents of a kind whose key has that value; numbers, booleans and times are compared as
//          text.
// param:   kind   string   kind of artifact, run or agent        e.g. "dataset"
// param:   key    string   metadata key                          e.g. "line"
// param:   value  string   its value as text                     e.g. "17"
// param:   limit  integer  how many rows at most, or null: 1000
// column:  id string, name string, version string, value any
// browser: :param kind => "dataset"
// browser: :param key => "line"
// browser: :param value => "17"
// browser: :param limit => null
CALL () {
  MATCH (thing:Entity {kind: $kind}) RETURN thing
UNION ALL
  MATCH (thing:Activity {kind: $kind}) RETURN thing
UNION ALL
  MATCH (thing:Agent {kind: $kind}) RETURN thing
}
WITH thing, thing[$key] AS value
WHERE toStringOrNull(value) = $value
RETURN thing.id AS id, thing.name AS name, thing.version AS version, value
ORDER BY id
LIMIT coalesce($limit, 1000)
