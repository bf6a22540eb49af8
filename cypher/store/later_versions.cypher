// title:   Which versions stand beside these?
// answers: For each general artifact of the given versions: those given, and all of its versions that were not withdrawn, with
//          their times. Versions without a time do not count.
// param:   numbers list of integer
// column:  given list of integer, versions list of integer, times list of datetime
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
MATCH (n)-[:SPECIALIZATION_OF]->(general)
WITH general, collect(DISTINCT number) AS given
MATCH (general)<-[:SPECIALIZATION_OF]-(version:Entity)
WHERE version.invalidated_at IS NULL AND NOT EXISTS { (version)-[:WAS_INVALIDATED_BY]->() }
CALL (version) { OPTIONAL MATCH (version)-[g:WAS_GENERATED_BY]->() RETURN min(g.time) AS generated }
WITH given, version, coalesce(generated, version.generated_at, version.issued_at, version.delivered_at) AS time
WHERE time IS NOT NULL
RETURN given, collect(id(version)) AS versions, collect(time) AS times
