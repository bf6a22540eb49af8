// title:   What among these speaks against what was made from it?
// answers: Runs that failed or, if asked, began and have no end, with what they generated; code that was not committed;
//          deliveries whose own contract or licence, or that of whom they are attributed to, has ended; entities of some
//          kinds without recorded origin. One row each.
// param:   numbers  list of integer
// param:   now      datetime
// param:   kinds    list of string   whose members must have an origin
// param:   asked    list of integer  these too
// param:   unfinished  boolean
// column:  rule string, number integer, id string, outputs list of integer, ended datetime, by string, status string
CYPHER 5
CALL () {
  MATCH (run:Activity)
  WHERE id(run) IN $numbers AND (run.status = 'failed' OR $unfinished
    AND run.status IS NULL AND run.ended_at IS NULL AND run.started_at IS NOT NULL)
  RETURN 'failed-run' AS rule, run AS n, null AS ended, null AS by
  UNION ALL
  MATCH (code:CodeVersion)
  WHERE id(code) IN $numbers AND code.dirty
  RETURN 'uncommitted-code' AS rule, code AS n, null AS ended, null AS by
  UNION ALL
  MATCH (e:Entity)
  WHERE id(e) IN $numbers AND e.valid_until < $now
  RETURN 'expired' AS rule, e AS n, e.valid_until AS ended, null AS by
  UNION ALL
  MATCH (e:Entity)-[:WAS_ATTRIBUTED_TO]->(agent:Agent)
  WHERE id(e) IN $numbers AND agent.valid_until < $now
  RETURN 'expired' AS rule, e AS n, agent.valid_until AS ended, agent.id AS by
  UNION ALL
  MATCH (e:Entity)
  WHERE id(e) IN $numbers AND (e.kind IN $kinds OR id(e) IN $asked) AND NOT e:General AND NOT e:Unknown
    AND NOT EXISTS { (e)-[:WAS_GENERATED_BY|WAS_DERIVED_FROM|WAS_ATTRIBUTED_TO]->(:!Unknown) }
  RETURN 'unknown-origin' AS rule, e AS n, null AS ended, null AS by
}
RETURN rule, id(n) AS number, n.id AS id,
       CASE rule WHEN 'failed-run' THEN [(n)<-[:WAS_GENERATED_BY]-(e) | id(e)] ELSE [] END AS outputs, ended, by, n.status AS status
ORDER BY rule, id, by
