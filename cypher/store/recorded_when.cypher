// title:   When was this learnt?
// answers: For each step of a path: when the relation between its ends reached the store, and when its effect did; null where
//          there is no such relation, as between equal contents.
// param:   steps  list  {effect, relation, cause}
// column:  effect string, relation string, cause string, related datetime, known datetime
UNWIND $steps AS step
CALL (step) {
  MATCH (n:Entity {id: step.effect}) RETURN n
  UNION
  MATCH (n:Activity {id: step.effect}) RETURN n
}
CALL (n, step) {
  OPTIONAL MATCH (n)-[r]-(cause) WHERE type(r) = step.relation AND cause.id = step.cause
  RETURN min(r.stored_at) AS related
}
RETURN step.effect AS effect, step.relation AS relation, step.cause AS cause, related, n.stored_at AS known
