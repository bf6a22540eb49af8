// title:   What do documents mean by this prefix?
// param:   prefix string
// column:  iri string
MATCH (n:GraphprovNamespace {prefix: $prefix})
RETURN n.iri AS iri
ORDER BY iri
