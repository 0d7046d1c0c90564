#!/bin/sh
# Root folders of other Debian releases, for their interpreters and debuggers: tests/interpreters.py finds those in $OG_ROOTS.
#
#     tests/roots.sh [NAME...]        all, or: bullseye trixie forky sid debug
#
# Packages are unpacked, not installed, from the mirror that this machine's apt uses. A folder that is there is kept; one that cannot
# be made is said and skipped. Needs root and mmdebstrap.
set -u
folder=${OG_ROOTS:-$HOME/.cache/og-tests/roots}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)

make() { # NAME SUITE PACKAGES
    if [ -d "$folder/$1" ]; then
        echo "$1: there"
        return
    fi
    rm -rf "$folder/.$1"
    if mmdebstrap --quiet --variant=extract --setup-hook=/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh \
        --aptopt='Acquire::Check-Valid-Until "false"' --include="$3" "$2" "$folder/.$1" "$mirror" >"$folder/$1.log" 2>&1; then
        mv "$folder/.$1" "$folder/$1" && echo "$1: made"
    else
        rm -rf "$folder/.$1"
        echo "$1: skipped, $(tail -n 1 "$folder/$1.log")"
    fi
}

one() {
    case $1 in
    bullseye) make bullseye bullseye python3 ;;
    trixie) make trixie trixie python3,gdb ;;
    forky) make forky forky python3 ;;
    sid) make sid sid python3.14,python3.15,gdb ;;
    debug) make debug sid python3.14-dev,python3.14-dbg,python3.15-dev,python3.15-dbg ;; # headers and DWARF for tests/tools
    *) echo "$1: no such root" >&2 ;;
    esac
}

if [ "$(id -u)" != 0 ] || ! command -v mmdebstrap >/dev/null || [ -z "$mirror" ]; then
    echo "no roots: root, mmdebstrap and a mirror of Debian in apt's sources are needed"
    exit 0
fi
mkdir -p "$folder"
for name in ${*:-bullseye trixie forky sid}; do
    one "$name"
done
