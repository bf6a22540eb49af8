// title:   One node for each identifier
// answers: Makes ids unique for each of the three PROV types, so that the same thing recorded twice is one node.
CREATE CONSTRAINT graphprov_entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT graphprov_activity_id IF NOT EXISTS FOR (n:Activity) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT graphprov_agent_id IF NOT EXISTS FOR (n:Agent) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT graphprov_store_only IF NOT EXISTS FOR (n:GraphprovStore) REQUIRE n.only IS UNIQUE;
CREATE CONSTRAINT graphprov_schema_number IF NOT EXISTS FOR (n:GraphprovSchema) REQUIRE n.number IS UNIQUE;
