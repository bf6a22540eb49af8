// title:   Remove everything but the schema
// answers: Nothing. The notes on which schema files were applied stay, since constraints and indexes do.
MATCH (n)
WHERE NOT n:GraphprovSchema
DETACH DELETE n
