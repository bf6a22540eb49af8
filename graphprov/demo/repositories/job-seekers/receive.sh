#!/bin/sh
# Record what arrived this month, a line for each file: from whom, under which terms, when.
set -eu
month=$1

if [ "$month" = 2026-01 ]; then
    graphprov add organization careers --contact careers-team@jobs.example
    graphprov add person sofia --contact sofia@jobs.example --on-behalf-of careers -m "full_name=Sofia Rossi"
fi

tail -n +2 "inbox/deliveries-$month.tsv" | while IFS="$(printf '\t')" read -r file source issued arrived rows; do
    case $source in
        careers-survey) set -- --licence "consent form 2026/1, research on job search only" --contact survey@jobs.example ;;
        vacancy-exchange) set -- --contract VX-88 --contact data@vacancies.example ;;
    esac
    graphprov receive "inbox/$file" --from "$source" "$@" --issued-at "$issued" --delivered-at "$arrived" \
        -m "month=$month" -m "rows=$rows"
done
