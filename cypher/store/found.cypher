// title:   Make this database a store of graphprov
// answers: The store's id: the one it has, or the one given.
// param:   id  string, now datetime
MERGE (s:GraphprovStore {only: true})
ON CREATE SET s.id = $id, s.founded_at = $now
RETURN s.id AS store
