// title:   Of which things were different things said?
// answers: Things of a kind of which two statements give one property two values. Both are kept; the one said last holds. When
//          each value was said first, and the hosts of the runs that are, used or generated the thing. Paths, and times of
//          generation and delivery, may well be several, and are left out.
// param:   kind  string  kind of artifact, run or agent  e.g. "model"
// column:  thing string, property string, values list of string, said_at list, holds string, hosts list of string
// browser: :param kind => "model"
CALL () {
  MATCH (n:Entity {kind: $kind}) WHERE n.statements IS NOT NULL RETURN n
  UNION ALL
  MATCH (n:Activity {kind: $kind}) WHERE n.statements IS NOT NULL RETURN n
  UNION ALL
  MATCH (n:Agent {kind: $kind}) WHERE n.statements IS NOT NULL RETURN n
}
// A statement is [digest, first said, last said, properties] as JSON; a time in it is an object around its text.
WITH n AS thing, [text IN n.statements | replace(text, 'type":"datetime","value":"', '')] AS texts
UNWIND ['name', 'kind', 'digest', 'size_bytes', 'contract', 'licence', 'contact', 'homepage', 'valid_from', 'valid_until',
        'invalidated_at', 'commit', 'remote', 'dirty', 'started_at', 'ended_at', 'status', 'host', 'user'] AS property
UNWIND [text IN texts WHERE text CONTAINS '"' + property + '":'] AS text
WITH thing, property, split(split(split(text, '"' + property + '":')[1], ',"')[0], '}')[0] AS value,
     min(datetime(substring(split(text, '"')[3], 1))) AS first
ORDER BY first, value
WITH thing, property, collect(replace(replace(value, '"', ''), '{$', '')) AS values, collect(first) AS said_at
WHERE size(values) > 1
RETURN thing.id AS thing, property, values, said_at, toString(thing[property]) AS holds,
       COLLECT {
         MATCH (thing)-[:USED|WAS_GENERATED_BY*0..1]-(run:Activity)
         WHERE run.host IS NOT NULL
         RETURN DISTINCT run.host AS host ORDER BY host
       } AS hosts
ORDER BY thing, property
