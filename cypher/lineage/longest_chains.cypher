// title:   Which artifacts are farthest from their sources?
// answers: For each data source, the ends downstream of it that take the most relations to reach, farthest first. A
//          chain counts the fewest relations between source and end: where there are detours, the longest way is
//          longer. The longest way itself cannot be had without listing all ways, which may be more than there are
//          atoms.
// param:   source  string   id or name of a data source, or null: all  e.g. "acme-threat-intel"
// param:   limit   integer  how many rows at most, or null: 20
// column:  source string, artifact string, kind string, relations integer
// browser: :param source => "acme-threat-intel"
// browser: :param limit => null
MATCH (source:DataSource)
WHERE $source IS NULL OR source.id = $source OR source.name = $source
MATCH (source)<-[steps:WAS_ATTRIBUTED_TO|USED|WAS_GENERATED_BY|WAS_DERIVED_FROM*1..]-(artifact)
WITH source, artifact, min(size(steps)) AS relations
WHERE artifact:Entity AND NOT EXISTS { (artifact)<-[:USED|WAS_DERIVED_FROM]-() }
RETURN source.id AS source, artifact.id AS artifact, artifact.kind AS kind, relations
ORDER BY relations DESC, artifact, source
LIMIT coalesce($limit, 20)
