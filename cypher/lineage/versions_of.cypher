// title:   Which versions of this artifact are there?
// answers: All versions of it, newest first, with time, size, the run that made it or who delivered it, and state.
//          state: live, superseded (a later version exists) or invalidated.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "ip-blacklist"
// column:  id string, version string, time datetime, size_bytes integer, made_by list of string, state string
// browser: :param artifact => "ip-blacklist"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
OPTIONAL MATCH (named)-[:SPECIALIZATION_OF]->(general)
WITH DISTINCT coalesce(general, named) AS general
MATCH (general)<-[:SPECIALIZATION_OF]-(version)
RETURN version.id AS id, version.version AS version,
       coalesce([(version)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                version.generated_at, version.issued_at, version.delivered_at) AS time, version.size_bytes AS size_bytes,
       COLLECT {
         MATCH (version)-[:WAS_GENERATED_BY|WAS_ATTRIBUTED_TO]->(by) RETURN by.id AS b ORDER BY b
       } AS made_by,
       CASE
         WHEN version.invalidated_at IS NOT NULL OR EXISTS { (version)-[:WAS_INVALIDATED_BY]->() } THEN 'invalidated'
         WHEN EXISTS {
           MATCH (version)-[:SPECIALIZATION_OF]->()<-[:SPECIALIZATION_OF]-(later)
           WHERE later.invalidated_at IS NULL
             AND coalesce([(later)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                          later.generated_at, later.issued_at, later.delivered_at)
               > coalesce([(version)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
                          version.generated_at, version.issued_at, version.delivered_at)
         } THEN 'superseded'
         ELSE 'live'
       END AS state
ORDER BY time DESC, id
