// title:   Keep statements of kinds that PROV-DM does not define
// param:   rows  list  {key, name, bundle, said}
// param:   now   datetime
UNWIND $rows AS row
MERGE (x:GraphprovExtension {key: row.key})
ON CREATE SET x.name = row.name, x.bundle = row.bundle, x.said = row.said, x.recorded_at = $now
