// title:   Mark ends that relations leave open
// answers: Nodes that stand for "there is one, not said which" get the label Unknown. ELEMENT stands for a PROV label.
// param:   ids  list of string
UNWIND $ids AS id
MATCH (n:ELEMENT {id: id})
SET n:Unknown
