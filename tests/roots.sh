#!/bin/sh
# Root folders of other Debian releases, for their interpreters and debuggers: tests/interpreters.py finds those in $OG_ROOTS.
#
#     tests/roots.sh [NAME...]        all, or some of those below
#
# Packages are unpacked, not installed, from the mirror that this machine's apt uses, several folders at a time. One that is there is kept;
# one that cannot be made, or not before $OG_ROOTS_SECONDS (120) are over for all of them, is said and skipped. Needs root and mmdebstrap.
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
    left=$((OG_ROOTS_UNTIL - $(date +%s)))
    timeout $((left > 0 ? left : 1)) mmdebstrap --quiet --variant=extract --setup-hook=/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh \
        --aptopt='Acquire::Check-Valid-Until "false"' --include="$2" "${1%-dbg}" "$new" "$mirror" >"$folder/$1.log" 2>&1
    case $? in
    0) mv "$new" "$folder/$1" && echo "$1: made" && return ;;
    124) echo "$1: skipped, the time is over" ;;
    *) echo "$1: skipped, $(tail -n 1 "$folder/$1.log")" ;;
    esac
    rm -rf "$new"
}

if [ "$(id -u)" != 0 ] || ! command -v mmdebstrap >/dev/null || [ -z "$mirror" ]; then
    echo "no roots: root, mmdebstrap and a mirror of Debian in apt's sources are needed"
    exit 0
fi
export OG_ROOTS_UNTIL="${OG_ROOTS_UNTIL:-$(($(date +%s) + ${OG_ROOTS_SECONDS:-120}))}"
mkdir -p "$folder"
if [ $# != 1 ]; then
    printf '%s\n' ${*:-$all} | xargs -n 1 -P 4 sh "$0"
elif [ -n "$(packages "$1")" ]; then
    make "$1" "$(packages "$1")"
else
    echo "$1: no such root, there are: $all" >&2
fi
