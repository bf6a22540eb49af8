// title:   When did these come to be?
// answers: The times at which each entity was generated, and those that it is said to have.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  number integer, generated list of datetime, node map
CYPHER 5
MATCH (e)
WHERE id(e) IN $numbers
RETURN id(e) AS number,
       [(e)-[g:WAS_GENERATED_BY]->()
        WHERE g.time IS NOT NULL AND ($known_on IS NULL OR g.stored_at <= $known_on) | g.time] AS generated,
       e{.times, .generated_at, .issued_at, .delivered_at} AS node
