// title:   What does the store hold that makes a search longer?
// answers: How many derivations and uses of code, and whether anything can have a time; told at once, whatever the size.
// column:  derivations integer, code_uses integer, imported integer, timed boolean
CALL () { MATCH ()-[r:WAS_DERIVED_FROM]->() RETURN count(r) AS derivations }
CALL () { MATCH ()-[r:USED]->(:CodeVersion) RETURN count(r) AS code_uses }
CALL () { CALL db.propertyKeys() YIELD propertyKey WHERE propertyKey = 'time' RETURN count(*) > 0 AS timed }
CALL () { MATCH (n:Imported) RETURN count(n) AS imported }
RETURN derivations, code_uses, imported, timed
