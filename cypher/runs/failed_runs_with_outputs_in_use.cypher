// title:   Which failed runs left outputs that are in use?
// answers: Outputs of failed runs of a kind that something has read or was derived from since, and that nobody has
//          invalidated.
// param:   kind  string  kind of run  e.g. "training"
// column:  run string, ended_at datetime, error string, output string, used_by list of string
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})
WHERE run.status = 'failed'
MATCH (run)<-[:WAS_GENERATED_BY]-(output)<-[:USED|WAS_DERIVED_FROM]-(user)
WHERE user <> run AND output.invalidated_at IS NULL AND NOT EXISTS { (output)-[:WAS_INVALIDATED_BY]->() }
WITH DISTINCT run, output, user
ORDER BY user.id
RETURN run.id AS run, run.ended_at AS ended_at, run.error AS error, output.id AS output, collect(user.id) AS used_by
ORDER BY size(used_by) DESC, run, output
