// title:   What goes with this thing when it is forgotten?
// answers: The versions of an artifact; the runs of an agent where they are wanted. How many runs an agent has.
// param:   id    string
// param:   runs  boolean
// column:  versions list of string, runs list of string, run_count integer
OPTIONAL MATCH (:Entity {id: $id})<-[:SPECIALIZATION_OF|MENTION_OF*1..]-(v:Entity)
WITH collect(DISTINCT v.id) AS versions
OPTIONAL MATCH (:Agent {id: $id})<-[:WAS_ASSOCIATED_WITH]-(run:Activity)
WITH versions, collect(DISTINCT run.id) AS found
RETURN versions, CASE WHEN $runs THEN found ELSE [] END AS runs, size(found) AS run_count
