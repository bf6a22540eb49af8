// title:   Which code did these runs run?
// answers: For each of the given runs the code versions that it used, and the plans of its associations, once each. The code is
//          null where a document names a plan and says nothing of it.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only relations that the store had learnt by then
// column:  run integer, id string, how string, code integer, node map
CYPHER 5
CALL () {
  MATCH (run:Activity)-[r:USED]->(code:CodeVersion|Plan)
  WHERE id(run) IN $numbers AND ($known_on IS NULL OR r.stored_at <= $known_on)
  RETURN run, code.id AS id, 'used' AS how, code
  UNION
  MATCH (run:Activity)-[r:WAS_ASSOCIATED_WITH]->()
  WHERE id(run) IN $numbers AND r.plan IS NOT NULL AND ($known_on IS NULL OR r.stored_at <= $known_on)
  OPTIONAL MATCH (code:Entity {id: r.plan})
  RETURN run, r.plan AS id, 'plan' AS how, code
}
RETURN id(run) AS run, id, how, id(code) AS code, code{.name, .version, .commit, .dirty} AS node
ORDER BY run, how DESC, id
