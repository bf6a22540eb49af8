// title:   Make nodes that are only mentioned so far
// answers: A node with the PROV label for which ELEMENT stands, for each id that has none.
// param:   ids  list of string
// param:   now  datetime  when the store learns of it
UNWIND $ids AS id
MERGE (n:ELEMENT {id: id})
ON CREATE SET n.stored_at = $now
