// title:   Keep what documents say beyond nodes and relations
// answers: Prefixes, bundles, statements of kinds that PROV-DM does not define, and which documents were imported; and finds
//          the same content under the names of other systems.
CREATE CONSTRAINT graphprov_document_digest IF NOT EXISTS FOR (n:GraphprovDocument) REQUIRE n.digest IS UNIQUE;
CREATE CONSTRAINT graphprov_bundle_id IF NOT EXISTS FOR (n:GraphprovBundle) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT graphprov_namespace IF NOT EXISTS FOR (n:GraphprovNamespace) REQUIRE (n.prefix, n.iri) IS UNIQUE;
CREATE CONSTRAINT graphprov_extension_key IF NOT EXISTS FOR (n:GraphprovExtension) REQUIRE n.key IS UNIQUE;
CREATE INDEX graphprov_imported_digest IF NOT EXISTS FOR (n:Imported) ON (n.digest);
CREATE CONSTRAINT graphprov_lock_on IF NOT EXISTS FOR (n:GraphprovLock) REQUIRE n.on IS UNIQUE;
