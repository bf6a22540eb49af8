// title:   What did this source deliver, and when?
// answers: Versions attributed to the source in the window, in order of time, with how many runs read each.
// param:   source  string    id or name of a data source                    e.g. "acme-threat-intel"
// param:   since   datetime  first delivery, or null                        e.g. datetime("2026-03-01T00:00Z")
// param:   until   datetime  first delivery that no longer counts, or null
// column:  delivery string, time datetime, size_bytes integer, contract string, valid_until datetime, read_by integer
// browser: :param source => "acme-threat-intel"
// browser: :param since => datetime("2026-03-01T00:00Z")
// browser: :param until => null
MATCH (source:Agent)
WHERE source.id = $source OR source.name = $source
MATCH (source)<-[:WAS_ATTRIBUTED_TO]-(delivery)
WITH DISTINCT source, delivery,
     coalesce([(delivery)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
              delivery.generated_at, delivery.issued_at, delivery.delivered_at) AS time
WHERE coalesce(time >= $since, true) AND coalesce(time < $until, true)
  AND NOT EXISTS { (delivery)<-[:SPECIALIZATION_OF]-() }
RETURN delivery.id AS delivery, time, delivery.size_bytes AS size_bytes,
       coalesce(delivery.contract, source.contract) AS contract,
       coalesce(delivery.valid_until, source.valid_until) AS valid_until, COUNT { (delivery)<-[:USED]-() } AS read_by
ORDER BY time, delivery
