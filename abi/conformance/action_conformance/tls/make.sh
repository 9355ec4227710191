#!/usr/bin/env bash
# make.sh: makes the certificates of the kit's server, each with its key in one file: good, for another name, from an
# untrusted authority, and expired. They protect nothing: the keys are here for everybody to read.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

cat >"$work/ca.cnf" <<CA
[ca]
default_ca=kit
[kit]
new_certs_dir=$work
database=$work/index
rand_serial=yes
default_md=sha256
policy=any
unique_subject=no
[any]
commonName=supplied
[authority]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
CA
: >"$work/index"

request() { # NAME
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" \
    -subj "/CN=Conformance $1" 2>/dev/null
}
sign() { # NAME END SECTION OPTIONS…
  openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/$1.csr" -out "$work/$1.pem" -extensions "$3" \
    -startdate 20200101000000Z -enddate "$2" "${@:4}" 2>/dev/null
}
authority() { # NAME
  request "$1"
  sign "$1" 21200101000000Z authority -selfsign -keyfile "$work/$1.key"
}
certificate() { # NAME AUTHORITY NAMES END
  request "$1"
  printf '[%s]\nsubjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$1" "$3" >>"$work/ca.cnf"
  sign "$1" "$4" "$1" -cert "$work/$2.pem" -keyfile "$work/$2.key"
  cat "$work/$1.pem" "$work/$1.key" >"$1.pem"
}

authority authority
authority stranger
cp "$work/authority.pem" authority.pem
certificate good authority DNS:localhost,IP:127.0.0.1,IP:::1 21200101000000Z
certificate other-name authority DNS:elsewhere.example 21200101000000Z
certificate untrusted stranger DNS:localhost,IP:127.0.0.1 21200101000000Z
certificate expired authority DNS:localhost,IP:127.0.0.1 20200201000000Z
