// title:   What does a flawed entity stand for?
// answers: The entity itself and its specialisations (transitively), each with the times at which it was generated and those
//          that it is said to have, and whether it carries data: it is a version, or something was made from it.
// param:   id        string
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  number integer, itself boolean, carries boolean, generated list of datetime, node map
CYPHER 5
MATCH (subject:Entity {id: $id})
CALL (subject) {
  RETURN subject AS e
  UNION
  MATCH (subject)<-[steps:SPECIALIZATION_OF|MENTION_OF*1..]-(v:Entity)
  WHERE $known_on IS NULL OR all(step IN steps WHERE step.stored_at <= $known_on)
  WITH DISTINCT v
  RETURN v AS e
}
RETURN id(e) AS number, e = subject AS itself,
       e.version IS NOT NULL OR e.digest IS NOT NULL OR EXISTS {
         MATCH (e)<-[r:USED|WAS_DERIVED_FROM]-() WHERE $known_on IS NULL OR r.stored_at <= $known_on
       } AS carries,
       [(e)-[g:WAS_GENERATED_BY]->()
        WHERE g.time IS NOT NULL AND ($known_on IS NULL OR g.stored_at <= $known_on) | g.time] AS generated,
       e{.id, .kind, .name, .version, .times, .generated_at, .issued_at, .delivered_at} AS node
