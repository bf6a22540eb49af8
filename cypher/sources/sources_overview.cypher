// title:   Which sources do we have, and until when may we use them?
// answers: All data sources with contract, licence, validity, contact and what they delivered, soonest to expire first.
// column:  source string, contract string, licence string, valid_until datetime, contact string, deliveries integer,
//          last_delivery datetime
MATCH (source:DataSource)
OPTIONAL MATCH (source)<-[:WAS_ATTRIBUTED_TO]-(delivery)
WHERE NOT EXISTS { (delivery)<-[:SPECIALIZATION_OF]-() }
WITH source, delivery,
     coalesce([(delivery)-[g:WAS_GENERATED_BY]->() WHERE g.time IS NOT NULL | g.time][0],
              delivery.generated_at, delivery.issued_at, delivery.delivered_at) AS time
WITH source, count(DISTINCT delivery) AS deliveries, max(time) AS last_delivery
RETURN source.id AS source, source.contract AS contract, source.licence AS licence, source.valid_until AS valid_until,
       source.contact AS contact, deliveries, last_delivery
ORDER BY valid_until IS NULL, valid_until, source
