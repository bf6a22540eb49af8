// title:   What was kept of documents beside their statements?
// answers: Prefixes, bundles, and statements of kinds that PROV-DM does not define.
// param:   known_on datetime or null
// column:  namespaces list of list of string, bundles list of string, extensions list of string
CALL () {
  MATCH (n:GraphprovNamespace) WHERE $known_on IS NULL OR n.recorded_at <= $known_on
  RETURN collect([n.prefix, n.iri]) AS namespaces
}
CALL () {
  MATCH (b:GraphprovBundle) WHERE $known_on IS NULL OR b.recorded_at <= $known_on
  RETURN collect(b.id) AS bundles
}
CALL () {
  MATCH (x:GraphprovExtension) WHERE $known_on IS NULL OR x.recorded_at <= $known_on
  RETURN collect(x.said) AS extensions
}
RETURN namespaces, bundles, extensions
