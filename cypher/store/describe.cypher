// title:   Write what is said of nodes of one PROV type
// answers: Makes each node that is new; returns those that exist and say something else, for the caller to merge.
//          ELEMENT stands for one of the three PROV labels, filled in from graphprov's own list.
// param:   rows  list      {id, labels, properties, statement, first, last}
// param:   now   datetime  when the store learns of it
// column:  id string, properties map
UNWIND $rows AS row
MERGE (n:ELEMENT {id: row.id})
ON CREATE SET n = row.properties, n:$(row.labels), n.stored_at = $now
// Setting the id to itself takes the node's write lock, so that what is read below cannot change before it is written.
ON MATCH SET n.id = row.id
WITH n, row
WHERE coalesce(n.statement, '') <> row.statement
   OR n.recorded_at > row.first
   OR coalesce(n.restated_at, n.recorded_at) < row.last
RETURN row.id AS id, properties(n) AS properties
