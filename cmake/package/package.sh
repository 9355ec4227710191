#!/usr/bin/env bash
# package.sh: builds everything that is released into dist/, each file with a CycloneDX list of what is in it, then
# SHA256SUMS, and its signatures if the environment names a key (sign.sh). SOURCE_DATE_EPOCH is the time of the commit,
# so that two builds can be compared.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools=cmake/package
dist=$PWD/dist

say() { printf '\n== %s\n' "$*"; }
version=$(python3 $tools/version.py)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C
umask 022 # the modes of files are in archives
sbom() { python3 $tools/sbom.py "$dist/$1" "$version" "${@:2}"; }

cmake/install-packages.sh native wasm javascript python package
PATH=$PWD/.tools/node/bin:$PATH
rm -rf "$dist"
mkdir -p "$dist"

say "The module"
./dev build wasm
install -m 644 build/wasm/remove_contacts.wasm "$dist/remove_contacts-$version.wasm"
python3 $tools/oci.py build/wasm/remove_contacts.wasm "$version" "$dist/remove_contacts-$version.oci.tar"
module=(nlohmann-json libc++ compiler-rt wasi-libc)
sbom "remove_contacts-$version.wasm" "${module[@]}"
sbom "remove_contacts-$version.oci.tar" "${module[@]}"

say "The command line, and the libraries for engines in C and C++"
./dev build package
rm -rf build/package/packages
(cd build/package && cpack -G "TGZ;DEB" -B "$PWD/packages" >cpack.log) || { cat build/package/cpack.log >&2 && exit 1; }
native=("${module[@]}" wasmtime fmt CLI11 libcsv libstdc++)
for file in build/package/packages/*.tar.gz build/package/packages/*.deb; do
  cp "$file" "$dist/"
  sbom "$(basename "$file")" "${native[@]}"
done

say "npm"
cmake/install-npm.sh
$tools/licences.sh >build/MODULE_LICENSES.txt
for package in $(node -p 'require("./package.json").workspaces.join("\n")'); do
  [ "$(node -p "require('./$package/package.json').private === true")" = false ] || continue
  npm --prefix "$package" run --silent build >/dev/null
  file=$(cd "$package" && npm pack --silent --pack-destination "$dist")
  licences=() inside=()
  if [[ $package == apps/* ]]; then # with the module inside
    licences=(build/MODULE_LICENSES.txt) inside=("${module[@]}")
    bundled=$package/dist/THIRD_PARTY_LICENSES.txt
    [ ! -f "$bundled" ] || inside+=("$bundled")
  fi
  python3 $tools/npm.py "$dist/$file" "$package" "${licences[@]}"
  sbom "$file" "$package/package.json" "${inside[@]}"
done

say "PyPI"
apps/python/build.sh "$dist"
$tools/python.sh abi/conformance "$dist"
for project in hosts/python apps/python abi/conformance; do
  name=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$project/pyproject.toml")
  inside=()
  [ "$project" != apps/python ] || inside=("${module[@]}")
  for file in "$dist/${name//-/_}"-*.whl "$dist/${name//-/_}"-*.tar.gz; do
    sbom "$(basename "$file")" "$project/pyproject.toml" "${inside[@]}"
  done
done

say "Go"
python3 $tools/go_modules.py build/wasm/remove_contacts.wasm "$version" "$dist/skipcall-go-modules-$version.zip"
sbom "skipcall-go-modules-$version.zip" "${module[@]}" hosts/go/go.mod

say "Sums"
(cd "$dist" && sha256sum -- * >../build/SHA256SUMS && mv ../build/SHA256SUMS .)
$tools/sign.sh "$dist"
(cd "$dist" && ls -l)
