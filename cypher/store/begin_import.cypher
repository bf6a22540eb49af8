// title:   Begin to import a document
// answers: When this very content was first taken in, so that taking it in again says the same; and whether that was finished.
// param:   digest string, file string, format string, now datetime
// column:  recorded_at datetime, statements integer
MERGE (d:GraphprovDocument {digest: $digest})
ON CREATE SET d.file = $file, d.format = $format, d.recorded_at = $now
RETURN d.recorded_at AS recorded_at, d.statements AS statements
