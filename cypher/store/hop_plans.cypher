// title:   One hop from code to what had it as its plan
// answers: For those of the given nodes that are code: the runs with an association whose plan it is. An index finds them.
// param:   frontier  list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  causes list of integer, effects list of integer
CYPHER 5
UNWIND $frontier AS number
MATCH (code:CodeVersion|Plan) WHERE id(code) = number
MATCH (run:Activity)-[r:WAS_ASSOCIATED_WITH]->()
WHERE r.plan = code.id AND ($known_on IS NULL OR r.stored_at <= $known_on)
RETURN collect(id(code)) AS causes, collect(id(run)) AS effects
