// title:   Which code is behind this artifact?
// answers: Every code version upstream of it, nearest first, with the number of its runs that went in. dirty: with
//          changes that were never committed.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "antispam"
// column:  code string, commit string, branch string, remote string, dirty boolean, runs integer, distance integer
// browser: :param artifact => "antispam"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
MATCH (artifact)-[steps:USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*1..]->(run)
WITH run, min(size(steps)) AS distance
WHERE run:Activity
MATCH (run)-[:USED]->(code:CodeVersion)
RETURN code.id AS code, code.commit AS commit, code.branch AS branch, code.remote AS remote,
       coalesce(code.dirty, false) AS dirty, count(DISTINCT run) AS runs, min(distance) + 1 AS distance
ORDER BY distance, code
