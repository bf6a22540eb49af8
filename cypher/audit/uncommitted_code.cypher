// title:   Which runs used code that was never committed?
// answers: Versions of code with uncommitted changes, and how many runs used each: nobody can repeat those.
// column:  code string, commit string, runs integer, last_used_at datetime
MATCH (code:CodeVersion)
WHERE code.dirty
OPTIONAL MATCH (code)<-[use:USED]-(run)
RETURN code.id AS code, code.commit AS commit, count(DISTINCT run) AS runs,
       max(coalesce(use.time, run.started_at)) AS last_used_at
ORDER BY runs DESC, code
