#!/usr/bin/env bash
# Builds the image of infra/Dockerfile without Docker and tries it on a root file system that cannot be written:
#
#   infra/check-image.sh [TARGET]        as root; needs the Debian packages buildah and debootstrap
#
# In place of node:24-bookworm-slim it takes a Debian 12 of debootstrap with the Node of node_modules, kept under .cache/.
# Set TEMPORAL_CLI_PATH to the Temporal CLI, and a run of the handbook example is a part of the trial.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-cpu}
base=localhost/hone-check-base
image=localhost/hone-check-$target
cache=$PWD/.cache/check-image
mkdir -p "$cache"

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "FAIL $*"
  exit 1
}
build() { buildah bud --isolation chroot --layers "$@"; }

# --- What the image stands on.
if ! buildah images --quiet "$base" >/dev/null 2>&1; then
  say "making $base (once)"
  root=$(mktemp -d "$cache/root-XXXXXX")
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" >"$cache/debootstrap.log"
  cp -L node_modules/node/bin/node "$root/usr/local/bin/node"
  npm pack --silent --pack-destination "$cache" npm@11 >/dev/null
  mkdir -p "$root/usr/local/lib/node_modules/npm"
  tar --extract --gzip --strip-components=1 --directory "$root/usr/local/lib/node_modules/npm" --file "$cache"/npm-11*.tgz
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  chroot "$root" useradd --create-home --uid 1000 node
  # For npm and pip behind a proxy that opens TLS: its certificate is among the machine's.
  cat /etc/ssl/certs/ca-certificates.crt ${NODE_EXTRA_CA_CERTS:+"$NODE_EXTRA_CA_CERTS"} >"$root/usr/local/share/machine-ca.crt"
  cp "$root/usr/local/share/machine-ca.crt" "$root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$root/var/cache/apt/archives"/*.deb "$root/var/lib/apt/lists"/*
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah config --env NODE_EXTRA_CA_CERTS=/usr/local/share/machine-ca.crt \
    --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit --quiet --rm "$container" "$base" >/dev/null
  rm -rf "$root"
fi

build --quiet --target "$target" --build-arg "NODE_IMAGE=$base" --build-arg "VERSION=$(node -p 'require("./package.json").version')" \
  --tag "$image" --file infra/Dockerfile . >/dev/null

container=$(buildah from "$image")
trap 'buildah rm "$container" >/dev/null' EXIT
root=$(buildah mount "$container")

# --- What is in it.
modules=$root/app/node_modules
megabytes() { du --summarize --block-size=1M "$1" | cut -f1; }
say "sizes in MB: image $(megabytes "$root"), /app $(megabytes "$root/app"), node_modules $(megabytes "$modules")"
[ "$(megabytes "$root/app")" -le 400 ] || fail "/app has more than 400 MB"
natives=$(ls "$modules/onnxruntime-node/bin/napi-v6"/*/ "$modules/@temporalio/core-bridge/releases" | grep -cE 'x64|arm64|linux-gnu|darwin|windows')
[ "$natives" -eq 2 ] || fail "native libraries of $natives platforms, not of one for each of the two packages"
if [ "$target" != gpu ] && find "$root" -xdev -iname '*cuda*.so*' | grep -q .; then fail 'CUDA libraries'; fi
node -e 'const { components } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); if (components.length < 100) throw new Error("few packages")' \
  "$root/app/sbom.cdx.json" || fail 'the list of packages (SBOM)'
writable=$(find "$root/app" -xdev ! -type l -perm /022 | head -3)
[ -z "$writable" ] || fail "writable by others: $writable"

# --- What it does, as user 1000, on a root file system that is mounted read-only.
work=$(mktemp -d "$cache/try-XXXXXX")
home=$work/home
mkdir -p "$home/models" "$work/model" "$work/tools"
cp -r tests/recorded/tiny-bert/. "$work/model"
if [ -n "${TEMPORAL_CLI_PATH:-}" ]; then cp "$TEMPORAL_CLI_PATH" "$work/tools/temporal"; fi
chown -R 1000:1000 "$work"
inside() {
  unshare --mount --pid --fork bash -euc '
    root=$1 work=$2
    shift 2
    mount --bind "$root" "$root"
    mount --make-private "$root"
    mount --bind "$work/home" "$root/var/lib/hone"
    mount -t tmpfs tmpfs "$root/tmp"
    mkdir "$root/tmp/model" "$root/tmp/tools"
    mount --bind "$work/model" "$root/tmp/model"
    mount --bind "$work/tools" "$root/tmp/tools"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -o remount,bind,ro "$root"
    exec chroot --userspec=1000:1000 "$root" env --ignore-environment --chdir=/app HOME=/home/node NODE_ENV=production \
      PATH=/app/bin:/tmp/tools:/usr/local/bin:/usr/bin:/bin HONE_HOME=/var/lib/hone HONE_MODELS=/var/lib/hone/models \
      XDG_CACHE_HOME=/var/lib/hone/cache HONE_CUDA=/opt/hone-cuda "$@"
  ' -- "$root" "$work" "$@"
}
inside sh -c '! touch /app/x 2>/dev/null && touch /tmp/x /var/lib/hone/x' || fail 'the root file system can be written'
inside hone --version
if [ -n "${TEMPORAL_CLI_PATH:-}" ]; then
  inside hone doctor || fail 'hone doctor'
  # 3: the tiny model did not get better.
  status=0
  inside hone run examples/handbook/documents --model /tmp/model --questions headings --epochs 1 || status=$?
  [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "hone run: exit code $status"
else
  say 'no run: TEMPORAL_CLI_PATH is not set'
fi
rm -rf "$work"
say "ok  $image"
