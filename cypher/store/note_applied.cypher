// title:   Note that a schema file was applied
// answers: Keeps its number, name and checksum, so that an edited or newer file is seen.
// param:   number  integer, name string, checksum string, now datetime
MERGE (f:GraphprovSchema {number: $number})
ON CREATE SET f.name = $name, f.checksum = $checksum, f.applied_at = $now
