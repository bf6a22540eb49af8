// title:   Keep which bundles there are, also those that say nothing
// param:   ids  list of string
// param:   now  datetime
UNWIND $ids AS id
MERGE (b:GraphprovBundle {id: id})
ON CREATE SET b.recorded_at = $now
