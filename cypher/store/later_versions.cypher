// title:   Which versions stand beside these?
// answers: For each general artifact of the given versions: those given, and all of its versions, with the times at which each
//          was generated or is said to have been made, and whether it was withdrawn.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only relations that the store had learnt by then
// column:  given list of integer, versions list of integer, generated list of datetime, withdrawn list of boolean,
//          nodes list of map
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
MATCH (n)-[s:SPECIALIZATION_OF]->(general)
WHERE $known_on IS NULL OR s.stored_at <= $known_on
WITH general, collect(DISTINCT number) AS given
MATCH (general)<-[s:SPECIALIZATION_OF]-(version:Entity)
WHERE $known_on IS NULL OR s.stored_at <= $known_on
WITH DISTINCT general, given, version
CALL (version) {
  OPTIONAL MATCH (version)-[g:WAS_GENERATED_BY]->()
  WHERE $known_on IS NULL OR g.stored_at <= $known_on
  RETURN min(g.time) AS generated
}
WITH given, version, generated, EXISTS {
       MATCH (version)-[w:WAS_INVALIDATED_BY]->() WHERE $known_on IS NULL OR w.stored_at <= $known_on
     } AS withdrawn
RETURN given, collect(id(version)) AS versions, collect(coalesce(generated, false)) AS generated,
       collect(withdrawn) AS withdrawn,
       collect(version{.generated_at, .issued_at, .delivered_at, .invalidated_at}) AS nodes
