// title:   Mark what others are specialisations of
// answers: General artifacts get the label General, so that the count store tells at once whether any was used as such.
// param:   ids  list of string
UNWIND $ids AS id
MATCH (n:Entity {id: id})
SET n:General
