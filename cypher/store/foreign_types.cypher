// title:   Which PROV types have things under names not of graphprov's making?
// answers: Three truths, each by one look into the index of ids.
// column:  Entity boolean, Activity boolean, Agent boolean
RETURN EXISTS { MATCH (n:Entity) WHERE n.id < 'urn:graphprov:' OR n.id >= 'urn:graphprov;' } AS Entity,
       EXISTS { MATCH (n:Activity) WHERE n.id < 'urn:graphprov:' OR n.id >= 'urn:graphprov;' } AS Activity,
       EXISTS { MATCH (n:Agent) WHERE n.id < 'urn:graphprov:' OR n.id >= 'urn:graphprov;' } AS Agent
