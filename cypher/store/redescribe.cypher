// title:   Write nodes whose statements were merged
// answers: Replaces the properties of each node by the merged ones. ELEMENT stands for one of the three PROV labels.
// param:   rows  list  {id, labels, properties}
UNWIND $rows AS row
MATCH (n:ELEMENT {id: row.id})
SET n = row.properties, n:$(row.labels)
