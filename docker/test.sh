#!/usr/bin/env bash
# The tests of the image: an engine is started where none answers (root, Debian's docker.io), the base and the image are built
# where they are absent, then vitest runs. What this script started it ends.
#   docker/test.sh [arguments of vitest]
# COEXIST_TEST_INSTALL=1: missing Debian packages are installed. Ends with 77 and the reason where this machine can have no engine;
# whoever calls must not take that for success.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH=$PWD/node_modules/.bin:$PATH
# What the caller has set for a lab of his own, a stopped clock perhaps, is no part of those that are tested.
for variable in "${!COEXIST_@}"; do
  if [[ $variable != COEXIST_TEST_* ]]; then unset "$variable"; fi
done

base=${BASE:-node:24-slim}
image=coexist:test
client=coexist-client:test
work=$(mktemp -d /tmp/coexist-containers.XXXXXXXX)
engine=

finish() {
  local code=$?
  if [ -n "$engine" ]; then
    kill "$engine" 2> /dev/null || true
    wait "$engine" 2> /dev/null || true
  fi
  rm -rf "$work" 2> /dev/null || true
  exit "$code"
}
trap finish EXIT

not_run() {
  printf 'the tests of containers were NOT RUN: %s\n' "$1" >&2
  exit 77
}

want() {
  local missing=() package
  for package in docker.io docker-compose debootstrap; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)" = installed ] || missing+=("$package")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  if [ "${COEXIST_TEST_INSTALL:-}" != 1 ] || [ "$(id -u)" -ne 0 ]; then not_run "there is no engine; missing: ${missing[*]}"; fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 "${missing[@]}"
}

start_engine() {
  [ "$(id -u)" -eq 0 ] || not_run 'no engine answers, and starting one takes root'
  # Kernels that allow no mounts, no namespaces or no packet filter say so in the log.
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" --host "unix://$work/engine" > "$work/log" 2>&1 &
  engine=$!
  export DOCKER_HOST=unix://$work/engine
  # It publishes ports on this machine, also where this machine is a container itself.
  export TESTCONTAINERS_HOST_OVERRIDE=localhost
  local attempt
  for attempt in $(seq 60); do
    if docker version > /dev/null 2>&1; then return; fi
    kill -0 "$engine" 2> /dev/null || break
    sleep 1
  done
  tail -n 5 "$work/log" >&2
  not_run 'dockerd does not start on this machine (its last words are above)'
}

if ! docker version > /dev/null 2>&1; then
  want
  # Where Debian starts services, the package has started it.
  docker version > /dev/null 2>&1 || start_engine
fi
export TESTCONTAINERS_RYUK_DISABLED=true

if ! docker image inspect "$base" > /dev/null 2>&1 && ! docker pull -q "$base" 2> /dev/null; then docker/offline-base.sh --tag "$base"; fi
docker/build.sh --tag "$image" --build-arg "BASE=$base" > "$work/build.log" 2>&1 || { tail -n 30 "$work/build.log" >&2; exit 1; }
size() { docker image inspect --format '{{.Size}}' "$1"; }
printf '%s adds %d KB to the %d KB of %s; built after %d s\n' "$image" "$((($(size "$image") - $(size "$base")) / 1000))" "$(($(size "$base") / 1000))" "$base" "$SECONDS"
# A client that nobody here wrote, on a machine of its own.
docker build --quiet --tag "$client" - > /dev/null << DOCKERFILE
FROM $base
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-exchangelib > /dev/null && rm -rf /var/lib/apt/lists/*
DOCKERFILE

postgres=coexist-postgres:test
docker image inspect "$postgres" > /dev/null 2>&1 || docker/offline-postgres.sh --tag "$postgres" --base "$base"
export COEXIST_TEST_POSTGRES=$postgres COEXIST_TEST_IMAGE=$image COEXIST_TEST_BASE=$base COEXIST_TEST_CLIENT=$client
node_modules/.bin/vitest run --config test/containers/vitest.config.ts "$@"
