// title:   What does a flawed entity stand for?
// answers: The entity itself and its specialisations (transitively), each with the times that it is known to have, and
//          whether it carries data: it is a version, or something was made from it.
// param:   id  string
// column:  number integer, id string, kind string, name string, version string, itself boolean, carries boolean,
//          times list of datetime
CYPHER 5
MATCH (subject:Entity {id: $id})
CALL (subject) {
  RETURN subject AS e
  UNION
  MATCH (subject)<-[:SPECIALIZATION_OF*1..]-(v:Entity)
  WITH DISTINCT v
  RETURN v AS e
}
WITH e, e = subject AS itself, [(e)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time] AS generated
RETURN id(e) AS number, e.id AS id, e.kind AS kind, e.name AS name, e.version AS version, itself,
       e.version IS NOT NULL OR e.digest IS NOT NULL OR EXISTS { (e)<-[:USED|WAS_DERIVED_FROM]-() } AS carries,
       CASE WHEN generated <> [] THEN generated
            ELSE coalesce(e.times, [t IN [coalesce(e.generated_at, e.issued_at, e.delivered_at)] WHERE t IS NOT NULL])
       END AS times
