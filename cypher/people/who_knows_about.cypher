// title:   Whom can I ask about this artifact?
// answers: Agents it is attributed to (owns), who made it (made) or used it (used), with contact and when last. Without
//          @version: any version of it.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "antispam"
// column:  agent string, kind string, contact string, did string, times integer, last_at datetime
// browser: :param artifact => "antispam"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
CALL (artifact) {
  MATCH (artifact)-[:WAS_ATTRIBUTED_TO]->(agent)
  RETURN agent, 'owns' AS did, artifact.id AS through,
         coalesce([(artifact)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                  artifact.generated_at, artifact.issued_at, artifact.delivered_at) AS time
UNION
  MATCH (artifact)-[:WAS_GENERATED_BY]->(run)-[:WAS_ASSOCIATED_WITH]->(agent)
  RETURN agent, 'made' AS did, run.id AS through, run.started_at AS time
UNION
  MATCH (artifact)<-[:USED]-(run)-[:WAS_ASSOCIATED_WITH]->(agent)
  RETURN agent, 'used' AS did, run.id AS through, run.started_at AS time
}
RETURN agent.id AS agent, agent.kind AS kind, agent.contact AS contact, did, count(DISTINCT through) AS times,
       max(time) AS last_at
ORDER BY did, times DESC, agent
