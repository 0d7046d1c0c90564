#!/bin/sh
# Root folders of other Debian releases, for their interpreters and debuggers: tests/interpreters.py finds those in $OG_ROOTS.
#
#     tests/roots.sh [NAME...]        all, or some of those below
#
# Packages are unpacked, not installed, from the mirror that this machine's apt uses, several at a time. A folder that is there is kept;
# one that cannot be made, or not in $OG_ROOTS_SECONDS (120), is said and skipped. Needs root and mmdebstrap.
set -u
folder=${OG_ROOTS:-$HOME/.cache/og-tests/roots}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)

packages() { # NAME -> what is unpacked; NAME-dbg holds a debug build and debug information
    case $1 in
    bullseye) echo python3 ;;
    trixie) echo python3,gdb ;;
    forky) echo python3 ;;
    sid) echo python3.14,python3.15,gdb ;;
    bullseye-dbg) echo python3.9-dbg ;;
    bookworm-dbg) echo python3.11-dbg ;;
    trixie-dbg) echo python3.13-dbg ;;
    sid-dbg) echo python3.14-dev,python3.14-dbg,python3.15-dev,python3.15-dbg ;; # headers for tests/tools
    esac
}
all="bullseye trixie forky sid bullseye-dbg bookworm-dbg trixie-dbg sid-dbg"

make() { # NAME PACKAGES
    if [ -d "$folder/$1" ]; then
        echo "$1: there"
        return
    fi
    new=$folder/.$1
    rm -rf "$new"
    if timeout "${OG_ROOTS_SECONDS:-120}" mmdebstrap --quiet --variant=extract \
        --setup-hook=/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh \
        --aptopt='Acquire::Check-Valid-Until "false"' --include="$2" "${1%-dbg}" "$new" "$mirror" >"$folder/$1.log" 2>&1; then
        mv "$new" "$folder/$1" && echo "$1: made"
    else
        rm -rf "$new"
        echo "$1: skipped, $(tail -n 1 "$folder/$1.log")"
    fi
}

if [ "$(id -u)" != 0 ] || ! command -v mmdebstrap >/dev/null || [ -z "$mirror" ]; then
    echo "no roots: root, mmdebstrap and a mirror of Debian in apt's sources are needed"
    exit 0
fi
mkdir -p "$folder"
for name in ${*:-$all}; do
    wanted=$(packages "$name")
    if [ -n "$wanted" ]; then make "$name" "$wanted" & else echo "$name: no such root, there are: $all" >&2; fi
done
wait
