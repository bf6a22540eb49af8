// title:   What does a flawed activity stand for?
// answers: The activity, and the entities that it generated, each with the times that it is known to have.
// param:   id  string
// column:  number integer, id string, kind string, name string, version string, itself boolean, carries boolean,
//          times list of datetime
CYPHER 5
MATCH (subject:Activity {id: $id})
CALL (subject) {
  RETURN id(subject) AS number, subject AS n, true AS itself, [] AS times
  UNION ALL
  MATCH (subject)<-[g:WAS_GENERATED_BY]-(e:Entity)
  WITH e, [t IN collect(g.time) WHERE t IS NOT NULL] AS generated
  RETURN id(e) AS number, e AS n, false AS itself,
         CASE WHEN generated <> [] THEN generated
              ELSE coalesce(e.times, [t IN [coalesce(e.generated_at, e.issued_at, e.delivered_at)] WHERE t IS NOT NULL])
         END AS times
}
RETURN number, n.id AS id, n.kind AS kind, n.name AS name, n.version AS version, itself,
       true AS carries, times
