// title:   Let a thing be of a second PROV type
// answers: Of the given ids, those that are known as SOURCE become TARGET too, so that each id stays one node. Both stand for
//          PROV labels, filled in from graphprov's own list. Where an older release made two nodes, they stay two.
// param:   ids  list of string
UNWIND $ids AS id
MATCH (n:SOURCE {id: id})
WHERE NOT EXISTS { (:TARGET {id: id}) }
SET n:TARGET 
