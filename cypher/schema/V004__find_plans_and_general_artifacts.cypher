// title:   Find what had a plan, and what was used without saying which version
// answers: Indexes the plan of an association, and gives general artifacts and plans the labels that writing gives them since.
CREATE INDEX graphprov_association_plan IF NOT EXISTS FOR ()-[r:WAS_ASSOCIATED_WITH]-() ON (r.plan);
MATCH (g:Entity)<-[:SPECIALIZATION_OF|MENTION_OF]-() WITH DISTINCT g SET g:General;
MATCH (n:Entity) WHERE 'http://www.w3.org/ns/prov#Plan' IN n.types SET n:Plan;
