// title:   Keep what documents call their namespaces
// param:   rows  list  {prefix, iri}
// param:   now   datetime
UNWIND $rows AS row
MERGE (n:GraphprovNamespace {prefix: row.prefix, iri: row.iri})
ON CREATE SET n.recorded_at = $now
