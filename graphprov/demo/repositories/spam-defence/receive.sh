#!/bin/sh
# Record what others delivered this month, one line for each file: from whom, under which contract, when.
set -eu
month=$1

if [ "$month" = 2026-01 ]; then
    graphprov add organization trust-and-safety --contact trust-and-safety@jobs.example
    graphprov add person amara --contact amara@jobs.example --on-behalf-of trust-and-safety -m "full_name=Amara Okafor"
fi

tail -n +2 "inbox/deliveries-$month.tsv" | while IFS="$(printf '\t')" read -r file source issued arrived rows; do
    case $source in
        netshield) set -- --contract C-2026-017 --licence "NetShield commercial, internal use only" \
            --contact feeds@netshield.example ;;
        member-database) set -- --contact dba@jobs.example ;;
        moderation-desk) set -- --contact moderation@jobs.example ;;
    esac
    graphprov receive "inbox/$file" --from "$source" "$@" --issued-at "$issued" --delivered-at "$arrived" \
        -m "month=$month" -m "rows=$rows"
done
