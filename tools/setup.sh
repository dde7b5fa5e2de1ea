#!/bin/sh
# Installs the Debian packages that are missing: what Krait is built and run with; with "test" what its tests need too.
set -e
packages="gcc make python3 libgmp-dev zlib1g-dev libexpat1-dev libssl-dev libb2-dev libpython3.11-stdlib"
[ "$1" = test ] && packages="$packages python3.11 libpython3.11-testsuite"
missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
command -v apt-get >/dev/null || { echo "please install:$missing" >&2; exit 1; }
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
echo "installing:$missing"
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing
