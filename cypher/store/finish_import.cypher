// title:   Note that a document was imported to its end
// param:   digest string, statements integer
MATCH (d:GraphprovDocument {digest: $digest})
SET d.statements = $statements
