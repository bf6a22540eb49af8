// title:   One hop back to the code that was a plan
// answers: For those of the given nodes that are runs: the code that was the plan of an association of theirs.
// param:   frontier  list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  effects list of integer, causes list of integer
CYPHER 5
MATCH (run:Activity)-[r:WAS_ASSOCIATED_WITH]->()
WHERE id(run) IN $frontier AND r.plan IS NOT NULL AND ($known_on IS NULL OR r.stored_at <= $known_on)
MATCH (code:Entity {id: r.plan})
WHERE code:CodeVersion OR code:Plan
RETURN collect(id(run)) AS effects, collect(id(code)) AS causes
