// title:   Find things by what people type
// answers: Indexes names, kinds and content digests, and names as words for "did you mean".
CREATE INDEX graphprov_entity_name IF NOT EXISTS FOR (n:Entity) ON (n.name);
CREATE INDEX graphprov_activity_name IF NOT EXISTS FOR (n:Activity) ON (n.name);
CREATE INDEX graphprov_agent_name IF NOT EXISTS FOR (n:Agent) ON (n.name);
CREATE INDEX graphprov_entity_kind IF NOT EXISTS FOR (n:Entity) ON (n.kind);
CREATE INDEX graphprov_activity_kind IF NOT EXISTS FOR (n:Activity) ON (n.kind);
CREATE INDEX graphprov_agent_kind IF NOT EXISTS FOR (n:Agent) ON (n.kind);
CREATE INDEX graphprov_entity_digest IF NOT EXISTS FOR (n:Entity) ON (n.digest);
CREATE FULLTEXT INDEX graphprov_names IF NOT EXISTS FOR (n:Entity|Activity|Agent) ON EACH [n.name];
