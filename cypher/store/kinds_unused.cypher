// title:   Which of these kinds does nothing have?
// answers: Those of the given kinds that no entity and no activity is of.
// param:   kinds  list of string
// column:  kind string
UNWIND $kinds AS kind
WITH DISTINCT kind
WHERE NOT EXISTS { (n:Entity) WHERE n.kind = kind } AND NOT EXISTS { (n:Activity) WHERE n.kind = kind }
RETURN kind
ORDER BY kind
