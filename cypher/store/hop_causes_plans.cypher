// title:   One hop from runs to the code that they had as their plan
// answers: Columns of equal length.
// param:   frontier  list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  causes list of integer, effects list of integer
CYPHER 5
MATCH (run)-[r:WAS_ASSOCIATED_WITH]->()
WHERE id(run) IN $frontier AND coalesce(r.plan, '') <> '' AND ($known_on IS NULL OR r.stored_at <= $known_on)
MATCH (code:Entity {id: r.plan})
WHERE code:CodeVersion OR code:Plan
RETURN collect(id(code)) AS causes, collect(id(run)) AS effects
