// title:   Of which of these did the store learn more later?
// answers: Those of the given nodes about which it learnt a statement after a day, with all that is kept of them.
// param:   numbers   list of integer
// param:   known_on  datetime
// column:  number integer, properties map
CYPHER 5
MATCH (n)
WHERE id(n) IN $numbers AND (n.stored_at > $known_on OR any(time IN n.learnt_at WHERE time > $known_on))
RETURN id(n) AS number, properties(n) AS properties
