"""Say what turned out to be wrong with the blacklist, so that everybody who built on it finds it in the graph."""

import graphprov as gp

gp.incident(
    "data-source:netshield",
    reason="the deliveries of March and April list addresses that whole campuses and companies share",
    since="2026-03",
    until="2026-05",
    found_by="amara",
)
