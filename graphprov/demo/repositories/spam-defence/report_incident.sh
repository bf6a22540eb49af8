#!/bin/sh
# Say what turned out to be wrong with the blacklist, so that everybody who built on it finds it in the graph.
set -eu
graphprov incident open data-source:netshield --since 2026-03 --until 2026-05 --found-by amara \
    --reason "the deliveries of March and April list addresses that whole campuses and companies share"
