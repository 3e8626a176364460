#!/usr/bin/env bash
# Makes a stand-in for the official image of PostgreSQL where no registry of images can be reached: Debian's PostgreSQL upon the base
# image, with the variables POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB. What the official one has besides is not there.
#   docker/offline-postgres.sh [--tag postgres:17-alpine] [--base node:24-slim]
set -euo pipefail

tag=postgres:17-alpine
base=node:24-slim
while [ "$#" -gt 0 ]; do
  case $1 in
    --tag | --base)
      [ "$#" -ge 2 ] || { echo "$1 needs a value" >&2; exit 2; }
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    *)
      echo "unknown argument $1" >&2
      exit 2
      ;;
  esac
done

work=$(mktemp -d /tmp/coexist-postgres.XXXXXXXX)
trap 'rm -rf "$work"' EXIT
cat > "$work/start" << 'START'
#!/bin/bash
set -euo pipefail
: "${POSTGRES_PASSWORD:?}" "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=$POSTGRES_USER}"
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
  initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile <(printf '%s' "$POSTGRES_PASSWORD") --encoding UTF8 --locale C.UTF-8 \
    --auth-local trust --auth-host scram-sha-256 > /dev/null
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  pg_ctl --pgdata "$data" --silent --wait --options "-c listen_addresses='' -c unix_socket_directories=/tmp" start > /dev/null
  [ "$POSTGRES_DB" = postgres ] || createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl --pgdata "$data" --silent --wait --mode fast stop > /dev/null
fi
exec postgres -D "$data" -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
START
cat > "$work/Dockerfile" << DOCKERFILE
FROM $base
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql > /dev/null \\
 && rm -rf /var/lib/apt/lists/* && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ \\
 && install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data
COPY start /usr/local/bin/start-postgres
RUN chmod 0755 /usr/local/bin/start-postgres
VOLUME /var/lib/postgresql/data
USER postgres
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["start-postgres"]
DOCKERFILE
docker build --quiet --tag "$tag" "$work" > /dev/null
printf '%s: %s, %d MB\n' "$tag" "$(docker run --rm --entrypoint postgres "$tag" --version)" "$(($(docker image inspect --format '{{.Size}}' "$tag") / 1000000))"
