// title:   What is said of incidents, and stands in relations that carry a flaw?
// answers: Numbers of incidents and their entries that a document joined to data; graphprov itself never does.
// column:  numbers list of integer
CYPHER 5
MATCH (n:Incident|IncidentEntry)
WHERE EXISTS { (n)-[:!ABOUT&!ENTRY_OF&!SAID_BY]-() }
RETURN collect(id(n)) AS numbers
