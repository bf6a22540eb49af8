#!/bin/bash
# Starts Neo4j with the settings of the official image that docker/compose.yaml uses, meaning the same things by them:
#   NEO4J_<NAME>_FILE      the value of NEO4J_<NAME> is in that file (how a secret comes in)
#   NEO4J_AUTH             none, or neo4j/<password>: the first password, kept in /data from then on
#   NEO4J_server_x_y__z    the setting server.x.y_z
#   /data, /logs           volumes, handed to the user neo4j (7474), who alone runs Java and must be able to read the secrets
# Any other command than `neo4j` runs as that user, for example `neo4j-admin database dump`.
set -euo pipefail

as_neo4j=()
if [ "$(id -u)" = 0 ]; then
  as_neo4j=(setpriv --reuid=neo4j --regid=neo4j --init-groups)
  chown --recursive neo4j:neo4j "$NEO4J_HOME/conf"
  for folder in /data /logs; do
    # Only where it is needed: a large volume would take long, at every start.
    "${as_neo4j[@]}" test -w "$folder" || chown --recursive neo4j:neo4j "$folder"
  done
fi

while IFS= read -r name; do
  file=${!name}
  "${as_neo4j[@]}" test -r "$file" || {
    echo "The secret file '$file' does not exist, or the user neo4j cannot read it." >&2
    exit 1
  }
  printf -v "${name%_FILE}" '%s' "$(<"$file")"
done < <(compgen -v NEO4J_ | grep '_FILE$' || true)

conf=$NEO4J_HOME/conf/neo4j.conf
set_setting() {  # name, value; what is there already is replaced, except where a setting may come many times
  [ "$1" = server.jvm.additional ] || sed --in-place "/^${1//./\\.}=/d" "$conf"
  printf '%s=%s\n' "$1" "$2" >>"$conf"
}
set_setting server.default_listen_address 0.0.0.0
set_setting server.memory.pagecache.size 512M
while IFS= read -r name; do
  case $name in NEO4J_AUTH | NEO4J_EDITION | NEO4J_HOME | *_FILE) continue ;; esac
  setting=${name#NEO4J_}
  setting=${setting//_/.}
  setting=${setting//../_}
  [ -z "${!name}" ] || set_setting "$setting" "${!name}"
done < <(compgen -v NEO4J_ | sort)

if [ "$1" != neo4j ]; then
  exec "${as_neo4j[@]}" "$@"
fi

case ${NEO4J_AUTH:-} in
  none) set_setting dbms.security.auth_enabled false ;;
  neo4j/neo4j) echo "Invalid value for password. It cannot be 'neo4j', which is the default." >&2; exit 1 ;;
  neo4j/?*)
    # The tool leaves a database that has a password already as it is; asking the disk first saves starting it.
    [ -e /data/databases/system ] || "${as_neo4j[@]}" neo4j-admin dbms set-initial-password "${NEO4J_AUTH#neo4j/}" ;;
  ?*) echo "Invalid value for NEO4J_AUTH: it must be 'none' or 'neo4j/<password>'." >&2; exit 1 ;;
esac
unset NEO4J_AUTH

# The launcher would stay up as a second Java machine only to pass signals on; so it says the command and goes.
command=$("${as_neo4j[@]}" neo4j console --dry-run)
eval "exec ${as_neo4j[*]} $command"
