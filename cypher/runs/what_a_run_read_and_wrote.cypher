// title:   What did this run read and write?
// answers: Every artifact that it read, as data or as code, and wrote, in the order of time. A name: all runs called
//          so, newest first.
// param:   run  string  id or name of a run  e.g. "train-antispam"
// column:  run string, did string, artifact string, role string, time datetime
// browser: :param run => "train-antispam"
MATCH (run:Activity)
WHERE run.id = $run OR run.name = $run
CALL (run) {
  MATCH (run)-[relation:USED]->(artifact)
  RETURN CASE WHEN artifact:CodeVersion THEN 'ran' ELSE 'read' END AS did, relation, artifact
UNION
  MATCH (run)<-[relation:WAS_GENERATED_BY]-(artifact)
  RETURN 'wrote' AS did, relation, artifact
}
WITH run.id AS run, run.started_at AS started_at, did, artifact.id AS artifact, relation.role AS role,
     relation.time AS time
ORDER BY started_at DESC, run, time, did, artifact
RETURN run, did, artifact, role, time
