// title:   What was made before what it was made from?
// answers: Outputs of runs of a kind that are older than an input of the same run, by the clocks of two hosts: one of them goes
//          wrong, or a record is. An input that was made several times counts by the first.
// param:   kind  string  kind of run  e.g. "training"
// column:  output string, input string, run string, output_at datetime, input_at datetime, early_seconds float, host string,
//          input_host string
// browser: :param kind => "training"
MATCH (run:Activity {kind: $kind})-[:USED]->(input)-[made:WAS_GENERATED_BY]->(maker)
WITH DISTINCT run, input, made, maker
ORDER BY coalesce(made.time, maker.ended_at)
WITH run, input, head(collect({at: coalesce(made.time, maker.ended_at), host: maker.host})) AS first
MATCH (run)<-[gave:WAS_GENERATED_BY]-(output)
WITH run, input, output, first, min(coalesce(gave.time, run.ended_at)) AS output_at
WHERE output_at < first.at
RETURN output.id AS output, input.id AS input, run.id AS run, output_at, first.at AS input_at,
       (first.at.epochMillis - output_at.epochMillis) / 1000.0 AS early_seconds, run.host AS host, first.host AS input_host
ORDER BY early_seconds DESC, output, input
