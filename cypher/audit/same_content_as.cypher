// title:   Where else is this very content?
// answers: Other artifacts with the same digest as any version of this one, whatever their name and kind.
// param:   artifact  string  id or name of an artifact, or name@version  e.g. "ip-blacklist"
// column:  artifact string, copy string, copy_kind string, copy_path string, digest string
// browser: :param artifact => "ip-blacklist"
MATCH (named:Entity)
WHERE named.id = $artifact OR named.name = $artifact
   OR named.name = split($artifact, '@')[0] AND named.version STARTS WITH split($artifact, '@')[1]
MATCH (named)<-[:SPECIALIZATION_OF*0..]-(artifact)
WITH DISTINCT artifact
WITH artifact, artifact.digest AS digest
WHERE digest IS NOT NULL
MATCH (copy:Entity {digest: digest})
WHERE copy <> artifact
RETURN artifact.id AS artifact, copy.id AS copy, copy.kind AS copy_kind, copy.path AS copy_path, digest
ORDER BY artifact, copy
