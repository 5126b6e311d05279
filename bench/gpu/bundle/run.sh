#!/usr/bin/env bash
# Measures this machine (Linux x64) with Hone. Needs bash, coreutils, tar and xz; no network, no Node, nothing installed.
set -euo pipefail

usage() {
  cat <<'TEXT'
Measures this machine's GPU with Hone: checks, speed of training and embedding, memory.

Usage: bash run.sh [options]

  --list            the parts of the measurement, in the order in which they run
  --only NAME       one part, or all whose names begin with NAME; may be repeated
  --time-limit S    seconds for each part
  --all-within S    seconds for all parts (default 1680)
  --out DIR         where results.jsonl and table.md are put (default: $OUT, or results beside this file)
  --keep DIR        copy the files of the bundle that are here to DIR and go on from there, where some may be already:
                    for a machine that takes only some of them at a time
  --unpack DIR      where the bundle is unpacked (default: unpacked beside its files)
  --help

HONE_BENCH_PYTHON: a Python with torch and sentence-transformers, to compare with.
TEXT
}

fail() { printf '%s\n' "$*" >&2; exit 1; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unpacked='' keep='' out=${OUT:-}
passed=()
while (($#)); do
  case $1 in
    --help) usage; exit ;;
    --keep | --unpack | --out)
      (($# > 1)) || fail "$1 needs a folder."
      mkdir -p "$2"
      case $1 in
        --keep) keep=$(cd "$2" && pwd) ;;
        --unpack) unpacked=$(cd "$2" && pwd) ;;
        --out) out=$(cd "$2" && pwd) ;;
      esac
      shift ;;
    *) passed+=("$1") ;;
  esac
  shift
done

[[ $(uname -s) == Linux && $(uname -m) == x86_64 ]] || fail "This bundle is for Linux on x86_64, not $(uname -sm)."
for tool in tar xz sha256sum cat cp ln mkdir; do
  command -v "$tool" >/dev/null || fail "This machine has no $tool, which unpacking the bundle needs. Install it, or unpack the bundle elsewhere (--unpack) and copy that folder."
done

if [[ -n $keep && $keep != "$here" ]]; then
  for file in "$here"/*.tar.xz.* "$here"/SHA256SUMS "$here"/run.sh; do
    [[ -e $file ]] && cp "$file" "$keep"/
  done
  here=$keep
fi
[[ -n $unpacked ]] || unpacked=$here/unpacked
[[ -e $here/SHA256SUMS ]] || fail "There is no SHA256SUMS in $here: it lists the parts of the bundle."

# Unpacks the archive of that name, unless it is unpacked already. Fails with the names of the parts that are missing.
unpack() {
  local name=$1 sum part missing=() parts=() sums=()
  [[ -e $unpacked/.$name ]] && return 0
  while read -r sum part; do
    [[ $part == "$name".tar.xz.* ]] || continue
    parts+=("$here/$part") sums+=("$sum  $here/$part")
    [[ -e $here/$part ]] || missing+=("$part")
  done <"$here/SHA256SUMS"
  ((${#parts[@]})) || return 1
  if ((${#missing[@]})); then
    printf '%s: %d of %d parts are here; missing: %s\n' "$name" $((${#parts[@]} - ${#missing[@]})) ${#parts[@]} "${missing[*]}" >&2
    return 1
  fi
  printf '%s\n' "${sums[@]}" | sha256sum --check --quiet ||
    fail "A part of the bundle is damaged (see above): copy it once more."
  printf 'unpacking %s\n' "$name" >&2
  mkdir -p "$unpacked"
  cat "${parts[@]}" | xz -dc | tar -x -C "$unpacked"
  : >"$unpacked/.$name"
}

unpack base || fail "The bundle is not complete: copy the missing parts into $here and run this again."
unpack cuda || true
# The provider is loaded from the folder of the runtime.
if [[ -e $unpacked/.cuda ]]; then
  ln -sfn ../../node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1 "$unpacked/.cache/cuda/libonnxruntime.so.1"
fi

[[ -n $out ]] || out=$here/results
mkdir -p "$out"
# The home folder may be read-only, and nothing is to be left behind.
export HONE_HOME=$unpacked/.hone XDG_CACHE_HOME=$unpacked/.cache/user
export PATH=$unpacked/node_modules/node/bin:$PATH
exec "$unpacked/node_modules/node/bin/node" "$unpacked/bench/gpu/main.ts" --out "$out" ${passed[@]+"${passed[@]}"}
