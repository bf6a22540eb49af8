// title:   Which values does this metadata key have?
// answers: The values of one key among things of a kind, with how many have each, most frequent first.
// param:   kind   string   kind of artifact, run or agent       e.g. "dataset"
// param:   key    string   metadata key                         e.g. "factory"
// param:   limit  integer  how many rows at most, or null: 100
// column:  value any, unit string, things integer
// browser: :param kind => "dataset"
// browser: :param key => "factory"
// browser: :param limit => null
CALL () {
  MATCH (thing:Entity {kind: $kind}) RETURN thing
UNION ALL
  MATCH (thing:Activity {kind: $kind}) RETURN thing
UNION ALL
  MATCH (thing:Agent {kind: $kind}) RETURN thing
}
WITH thing[$key] AS value, thing[$key + '@unit'] AS unit
WHERE value IS NOT NULL
RETURN value, unit, count(*) AS things
ORDER BY things DESC, value
LIMIT coalesce($limit, 100)
