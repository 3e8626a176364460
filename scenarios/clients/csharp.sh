#!/bin/sh
# csharp.sh <file.cs> [argument ...]: runs a program of one file by .NET 10, which trusts whom SSL_CERT_FILE names, or by Mono.
# Mono's TLS library knows no name constraints of addresses, which the lab's authority has: there openssl judges the server's certificate, chain
# and name, and the program takes this one certificate alone.
set -eu
file=$1
shift
if command -v dotnet >/dev/null; then
  exec dotnet run "$file" -- "$@"
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
place=${COEXIST_EWS_URL_CONTOSO#https://}
place=${place%%/*}
host=${place%:*}
# A lab on this machine is told by localhost; names of any other one are the proxy's to find.
[ "$host" = localhost ] || set_proxy="-proxy ${HTTPS_PROXY#http://}"
[ "$host" != "$place" ] || place=$place:443
# shellcheck disable=SC2086 -- two words or none
openssl s_client ${set_proxy:-} -connect "$place" -CAfile "$COEXIST_CA_FILE" -verify_hostname "$host" -verify_return_error \
  </dev/null 2>"$folder/openssl.txt" | openssl x509 -out "$folder/server.pem" || { cat "$folder/openssl.txt" >&2; exit 1; }
mcs -langversion:7.2 -warnaserror -r:System.Net.Http -r:System.Xml.Linq -out:"$folder/program.exe" "$file"
PROVEN_CERTIFICATE=$folder/server.pem mono "$folder/program.exe" "$@"
