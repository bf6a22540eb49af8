// title:   Which relations does the store hold?
// answers: How many relations of the types that change how impact is found; told by Neo4j's count store at once.
// column:  one for each relation type, integer
CALL () { MATCH ()-[r:WAS_DERIVED_FROM]->() RETURN count(r) AS derivations }
CALL () { MATCH ()-[r:WAS_INFORMED_BY]->() RETURN count(r) AS communications }
CALL () { MATCH ()-[r:HAD_MEMBER]->() RETURN count(r) AS memberships }
CALL () { MATCH ()-[r:WAS_INFLUENCED_BY]->() RETURN count(r) AS influences }
CALL () { MATCH ()-[r:WAS_STARTED_BY]->() RETURN count(r) AS starts }
CALL () { MATCH ()-[r:WAS_ENDED_BY]->() RETURN count(r) AS ends }
RETURN derivations AS WAS_DERIVED_FROM, communications AS WAS_INFORMED_BY, memberships AS HAD_MEMBER,
       influences AS WAS_INFLUENCED_BY, starts AS WAS_STARTED_BY, ends AS WAS_ENDED_BY
