#!/bin/bash
# The image's health check: whether the lab of the data folder, which is the image's working folder, is ready, or (`livez`) whether its
# process turns. Every container is asked every few seconds, and starting a Node for it would cost more than the lab takes when it is idle.
# `coexist ready` says why it is not.
set -eu
[[ $(< endpoints.json) =~ \"adminUrl\":\ *\"http://([^/\"]+):([0-9]+)\" ]]
host=${BASH_REMATCH[1]}
port=${BASH_REMATCH[2]}
address=${host#[}
exec 3<> "/dev/tcp/${address%]}/$port"
printf 'GET /%s HTTP/1.0\r\nHost: %s:%s\r\n\r\n' "${1:-readyz}" "$host" "$port" >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
