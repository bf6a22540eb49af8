// title:   What does the store hold that makes a search longer?
// answers: The relation types and property names that are in use or in the schema; how many entities documents brought, how
//          many relations say who answers, how often code and general artifacts were used; whether any association has a
//          plan, and any entity a content digest. Told by the count store, or by one look into an index, whatever the size.
// column:  relations list of string, keys list of string, imported integer, answering integer, code_uses integer,
//          general_uses integer, plans boolean, digests boolean
CALL () { CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType) AS relations }
CALL () { CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey) AS keys }
CALL () { MATCH (n:Imported) RETURN count(n) AS imported }
CALL () { MATCH ()-[r:WAS_ATTRIBUTED_TO|WAS_ASSOCIATED_WITH]->() RETURN count(r) AS answering }
CALL () { MATCH ()-[r:USED]->(:CodeVersion) RETURN count(r) AS code }
CALL () { MATCH ()-[r:USED]->(:Plan) RETURN count(r) AS plan }
CALL () { MATCH ()-[r:USED]->(:General) RETURN count(r) AS general }
RETURN relations, keys, imported, answering, code + plan AS code_uses, general AS general_uses,
       EXISTS { MATCH ()-[r:WAS_ASSOCIATED_WITH]->() WHERE r.plan IS NOT NULL } AS plans,
       EXISTS { MATCH (n:Entity) WHERE n.digest IS NOT NULL } AS digests
