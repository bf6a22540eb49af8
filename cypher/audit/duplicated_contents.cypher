// title:   Which contents are recorded under several names?
// answers: Contents (digests) that more than one artifact has, most often first. Reads the index of all digests, no
//          nodes.
// param:   limit  integer  how many rows at most, or null: 100
// column:  digest string, copies integer, size_bytes integer, artifacts list of string
// browser: :param limit => null
MATCH (artifact:Entity)
WHERE artifact.digest IS NOT NULL
WITH artifact.digest AS digest, count(*) AS copies
WHERE copies > 1
ORDER BY copies DESC, digest
LIMIT coalesce($limit, 100)
MATCH (artifact:Entity {digest: digest})
WITH digest, copies, artifact
ORDER BY artifact.id
RETURN digest, copies, max(artifact.size_bytes) AS size_bytes, collect(artifact.id) AS artifacts
ORDER BY copies DESC, digest
