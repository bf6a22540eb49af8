// title:   What was forgotten, when, by whom, why?
// answers: Everything whose content was erased on request, newest first; what is left of it is its id, its times and its
//          relations.
// param:   since  datetime  forgotten from then on, or null
// column:  id string, kind string, forgotten_at datetime, forgotten_by string, reason string
// browser: :param since => null
MATCH (n:Forgotten)
WHERE coalesce(n.forgotten_at >= $since, $since IS NULL)
RETURN n.id AS id, n.kind AS kind, n.forgotten_at AS forgotten_at, n.forgotten_by AS forgotten_by,
       n.forgotten_reason AS reason
ORDER BY forgotten_at DESC, id
