#!/bin/bash
# In the build of the image: starts a lab and ends it until Node has compiled and written down all that one loads. Each container would else
# compile it at its first start, and write a file for each of its 2,600 modules at its first end: on a busy disk that takes longer than an
# engine waits before it kills. NODE_COMPILE_CACHE says where to.
set -euo pipefail
COEXIST_DATA_DIR=$(mktemp -d)
export COEXIST_DATA_DIR

run_lab() {
  coexist up --port 0 &
  coexist ready --wait 5m
  # What nobody has asked for is loaded after the start.
  sleep 3
  kill $!
  wait $!
}

before=-1
compiled=0
while [ "$compiled" -gt "$before" ]; do
  before=$compiled
  run_lab
  compiled=$(find "$NODE_COMPILE_CACHE" -type f | wc -l)
done
printf '%d modules are compiled\n' "$compiled"
rm -rf "$COEXIST_DATA_DIR"
