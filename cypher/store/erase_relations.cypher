// title:   Erase what the relations of forgotten things say beyond what lineage needs
// answers: Removes all other properties. A property cannot be named by a parameter, so the rest is set anew as a whole.
// param:   ids   list of string
// param:   kept  list of string
MATCH (n:Forgotten)-[r]-()
WHERE n.id IN $ids AND any(key IN keys(r) WHERE NOT key IN $kept)
WITH DISTINCT r
SET r = r{.time, .role, .subtype, .activity, .plan, .key, .recorded_at, .stored_at, .identifier, .bundle, .mentioned_in,
          .generation, .usage, .types, .said_by, .said_at, .target_type}
