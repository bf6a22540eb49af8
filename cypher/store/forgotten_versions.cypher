// title:   Which versions do forgotten artifacts have?
// answers: Each version with the properties of the artifact, whose tombstones count for it too.
// param:   generals  list of string
// param:   versions  list of string or null  only these
// column:  version string, properties map
MATCH (g:Forgotten)<-[:SPECIALIZATION_OF|MENTION_OF]-(v:Entity)
WHERE g.id IN $generals AND ($versions IS NULL OR v.id IN $versions)
RETURN v.id AS version, properties(g) AS properties
