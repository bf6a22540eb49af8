// title:   One hop to what may have affected these from below
// answers: Collections that the given entities are members of, and what is special of the given general entities.
// param:   members   list of integer
// param:   generals  list of integer
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  relation string, causes list of integer, effects list of integer
CYPHER 5
CALL () {
  MATCH (effect)<-[r:HAD_MEMBER]-(cause:Entity)
  WHERE id(effect) IN $members
  RETURN r, cause, effect
  UNION ALL
  MATCH (effect)<-[r:SPECIALIZATION_OF|MENTION_OF]-(cause:Entity)
  WHERE id(effect) IN $generals
  RETURN r, cause, effect
}
WITH r, cause, effect
WHERE $known_on IS NULL OR r.stored_at <= $known_on
RETURN type(r) AS relation, collect(id(cause)) AS causes, collect(id(effect)) AS effects
