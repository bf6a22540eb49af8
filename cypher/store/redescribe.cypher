// title:   Write nodes whose statements were merged
// answers: Replaces the properties of each node by the merged ones. ELEMENT stands for one of the three PROV labels.
//          A node whose kind is now another one loses the former kind's label.
// param:   rows  list  {id, labels, other_labels, properties}
UNWIND $rows AS row
MATCH (n:ELEMENT {id: row.id})
REMOVE n:$(row.other_labels)
SET n = row.properties, n:$(row.labels)
