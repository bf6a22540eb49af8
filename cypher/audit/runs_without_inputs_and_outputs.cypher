// title:   Which runs neither read nor made anything?
// answers: Runs of a kind that used nothing but code, generated nothing, and hold no other run; not what forgot something.
// param:   kind  string  kind of run  e.g. "training"
// column:  run string, started_at datetime, status string, host string, command string
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})
WHERE $kind <> 'forgetting'
  AND NOT EXISTS { (run)-[:USED]->(:!CodeVersion) }
  AND NOT EXISTS { (run)<-[:WAS_GENERATED_BY|WAS_INVALIDATED_BY|PART_OF|WAS_INFORMED_BY]-() }
  AND NOT EXISTS { (run)-[:WAS_INFORMED_BY]->() }
RETURN run.id AS run, run.started_at AS started_at, run.status AS status, run.host AS host, run.command AS command
ORDER BY started_at DESC, run
