// title:   What is said by relations of one PROV type?
// answers: All of them, or those that lead from one of the given ids. RELATION and SOURCE stand for names from graphprov's own lists.
// param:   ids  list of string or null
// column:  source string, target string, properties map
CALL () {
  WITH * WHERE $ids IS NULL
  MATCH (source)-[r:RELATION ]->(target)
  RETURN source, r, target
  UNION ALL
  UNWIND $ids AS id
  MATCH (source:SOURCE {id: id})-[r:RELATION ]->(target)
  RETURN source, r, target
}
RETURN source.id AS source, target.id AS target, properties(r) AS properties
