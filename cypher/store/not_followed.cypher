// title:   Which ways out of here are not followed?
// answers: What the given nodes lead to by relations that can carry a flaw and that the rules in force do not walk. Agents are
//          never affected; a general artifact that is itself a subject stands for the versions in its window alone.
// param:   numbers list of integer, subjects list of string
// column:  relation string, others list of integer
CYPHER 5
UNWIND $numbers AS number
MATCH (n) WHERE id(n) = number
CALL (n) {
  MATCH (n)<-[r:WAS_INFORMED_BY|WAS_INFLUENCED_BY|WAS_STARTED_BY|WAS_ENDED_BY|HAD_MEMBER|SPECIALIZATION_OF|MENTION_OF]-(other)
  WHERE NOT other:Agent AND NOT (type(r) = 'SPECIALIZATION_OF' AND n.id IN $subjects)
  RETURN type(r) AS relation, other
  UNION
  MATCH (n)-[r:HAD_MEMBER]->(other)
  RETURN type(r) AS relation, other
  UNION
  MATCH (n)-[:SPECIALIZATION_OF*1..]->(general)
  WITH DISTINCT general
  MATCH (general)<-[:USED]-(other)
  RETURN 'USED' AS relation, other
  UNION
  MATCH (n:CodeVersion)
  MATCH (other:Activity)-[r:WAS_ASSOCIATED_WITH]->() WHERE r.plan = n.id
  RETURN type(r) AS relation, other
}
RETURN relation, collect(DISTINCT id(other)) AS others
ORDER BY relation
