// title:   Write relations of one PROV type
// answers: Makes each relation that is new, and ends that were only mentioned so far. SOURCE, RELATION and TARGET stand for
//          names from graphprov's own lists. A relation's key is the digest of its statement: said twice, it is one.
//          Times come as text, since the driver packs text fast and times very slowly.
// param:   rows  list      {source, target, key, first, time, properties}
// param:   now   datetime  when the store learns of it
UNWIND $rows AS row
WITH row, datetime(row.first) AS first
MERGE (source:SOURCE {id: row.source})
ON CREATE SET source.stored_at = $now
MERGE (target:TARGET {id: row.target})
ON CREATE SET target.stored_at = $now
MERGE (source)-[r:RELATION {key: row.key}]->(target)
ON CREATE SET r += row.properties, r.time = datetime(row.time), r.recorded_at = first, r.stored_at = $now
ON MATCH SET r.recorded_at = CASE WHEN first < r.recorded_at THEN first ELSE r.recorded_at END
