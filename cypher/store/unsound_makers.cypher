// title:   Which runs generated these, where one of them did not end well?
// answers: For each of the given entities all runs that generated it, if at least one failed, or began and has no end. As known on
//          a day, for each entity that was generated: how its runs went then is for the caller to see.
// param:   numbers   list of integer
// param:   known_on  datetime or null  only relations that the store had learnt by then
// column:  number integer, run integer, node map
CYPHER 5
MATCH (n:Entity)-[g:WAS_GENERATED_BY]->(run:Activity)
WHERE id(n) IN $numbers AND ($known_on IS NULL OR g.stored_at <= $known_on)
WITH n, collect(DISTINCT run) AS runs
WHERE $known_on IS NOT NULL OR any(run IN runs WHERE run.status = 'failed'
  OR run.status IS NULL AND run.ended_at IS NULL AND run.started_at IS NOT NULL)
UNWIND runs AS made_by
RETURN id(n) AS number, id(made_by) AS run, made_by{.id, .status, .started_at, .ended_at, .error} AS node
ORDER BY number, node.id
