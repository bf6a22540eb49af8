// title:   What does a flawed activity stand for?
// answers: The activity, and the entities that it generated, each with the times at which it did and those that the entity is
//          said to have.
// param:   id        string
// param:   known_on  datetime or null  only what the store had learnt by then
// column:  number integer, itself boolean, carries boolean, generated list of datetime, node map
CYPHER 5
MATCH (subject:Activity {id: $id})
CALL (subject) {
  RETURN subject AS n, true AS itself, [] AS generated
  UNION ALL
  MATCH (subject)<-[g:WAS_GENERATED_BY]-(e:Entity&!Unknown)
  WHERE $known_on IS NULL OR g.stored_at <= $known_on
  RETURN e AS n, false AS itself, [t IN collect(g.time) WHERE t IS NOT NULL] AS generated
}
RETURN id(n) AS number, itself, true AS carries, generated,
       n{.id, .kind, .name, .version, .times, .generated_at, .issued_at, .delivered_at} AS node
