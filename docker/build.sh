#!/usr/bin/env bash
# Builds the image. Where NODE_EXTRA_CA_CERTS names the authorities that this machine's npm trusts, the npm in the build does too.
#   docker/build.sh [--tag coexist:dev] [arguments of docker build, such as --build-arg BASE=... or --network host]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tag=coexist:dev
if [ "${1:-}" = --tag ]; then
  tag=${2:?--tag needs a value}
  shift 2
fi
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ] && [ ! -e docker/build-ca.pem ]; then
  trap 'rm -f docker/build-ca.pem' EXIT
  cp -L "$NODE_EXTRA_CA_CERTS" docker/build-ca.pem
fi
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
revision=$(git rev-parse HEAD 2> /dev/null || echo unknown)
docker build --file docker/Dockerfile --tag "$tag" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" "$@" .
