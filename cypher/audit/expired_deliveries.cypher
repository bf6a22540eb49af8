// title:   Which deliveries are past their licence or contract?
// answers: What data sources delivered whose own valid_until, or else the source's, has passed; with how many runs read
//          it all the same afterwards, and the last time.
// param:   at  datetime  as seen at that time, or null: now  e.g. datetime("2026-11-01T00:00Z")
// column:  delivery string, source string, contract string, licence string, valid_until datetime, used_since integer,
//          last_used_at datetime
// browser: :param at => datetime("2026-11-01T00:00Z")
MATCH (source:DataSource)<-[:WAS_ATTRIBUTED_TO]-(delivery)
WITH DISTINCT source, delivery, coalesce(delivery.valid_until, source.valid_until) AS valid_until
WHERE valid_until <= coalesce($at, datetime()) AND NOT EXISTS { (delivery)<-[:SPECIALIZATION_OF]-() }
OPTIONAL MATCH (delivery)<-[use:USED]-(run)
WITH source, delivery, valid_until, run, min(coalesce(use.time, run.started_at)) AS used_at
WITH source, delivery, valid_until,
     CASE WHEN used_at >= valid_until AND used_at <= coalesce($at, datetime()) THEN used_at END AS used_at
RETURN delivery.id AS delivery, source.id AS source, coalesce(delivery.contract, source.contract) AS contract,
       coalesce(delivery.licence, source.licence) AS licence, valid_until, count(used_at) AS used_since,
       max(used_at) AS last_used_at
ORDER BY used_since DESC, valid_until, delivery
