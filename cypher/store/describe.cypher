// title:   Write what is said of nodes of one PROV type
// answers: Makes each node that is new; returns those that exist and say something else, for the caller to merge.
//          ELEMENT stands for one of the three PROV labels, filled in from graphprov's own list.
//          Times come as text, since the driver packs text fast and times very slowly.
// param:   rows  list      {id, labels, properties, times, statement, first, last}
// param:   now   datetime  when the store learns of it
// column:  id string, properties map
UNWIND $rows AS row
WITH row, datetime(row.first) AS first, datetime(row.last) AS last
MERGE (n:ELEMENT {id: row.id})
ON CREATE SET n = row.properties, n:$(row.labels), n.stored_at = $now, n.recorded_at = first,
              n.restated_at = CASE WHEN last <> first THEN last END,
              n.started_at = datetime(row.times.started_at), n.ended_at = datetime(row.times.ended_at),
              n.generated_at = datetime(row.times.generated_at), n.issued_at = datetime(row.times.issued_at),
              n.delivered_at = datetime(row.times.delivered_at), n.valid_from = datetime(row.times.valid_from),
              n.valid_until = datetime(row.times.valid_until), n.invalidated_at = datetime(row.times.invalidated_at)
// Setting the id to itself takes the node's write lock, so that what is read below cannot change before it is written.
ON MATCH SET n.id = row.id
WITH n, row, first, last
WHERE coalesce(n.statement, '') <> row.statement
   OR n.recorded_at > first
   OR coalesce(n.restated_at, n.recorded_at) < last
RETURN row.id AS id, properties(n) AS properties
