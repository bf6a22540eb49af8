// title:   Which of these were forgotten?
// param:   ids  list of string
// column:  id string
MATCH (n:Forgotten) WHERE n.id IN $ids RETURN n.id AS id
