#!/bin/sh
# CPythons that Debian does not ship, built from its source packages, without its patches, as their authors released them:
# tests/interpreters.py finds those in $OG_BUILDS.
#
#     tests/builds.sh [NAME...]       all, or: free-threaded trace-refs
#
# Takes minutes each, so nothing calls it by itself. A build that is there is kept; one that fails is said and skipped. Needs a compiler,
# dpkg-dev, libffi-dev (the tests' programs use ctypes), and the -dev packages of those modules that are to be tested too.
set -u
folder=${OG_BUILDS:-$HOME/.cache/og-tests/builds}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)

source_of() { # SUITE PACKAGE: into ./source; apt's lists of its own, so that nothing of the machine changes
    mkdir -p apt/lists/partial
    echo "deb-src $mirror $1 main" >apt/sources.list
    options="-q -o Dir::Etc::SourceList=$PWD/apt/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$PWD/apt/lists
        -o Dir::Cache=$PWD/apt -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root"
    # shellcheck disable=SC2086
    apt-get $options update && apt-get $options --download-only source "$2" && dpkg-source --no-check --skip-patches -x ./*.dsc source
}

build() { # NAME SUITE PACKAGE OPTION
    if [ -d "$folder/$1" ]; then
        echo "$1: there"
        return
    fi
    rm -rf "$folder/.$1"
    mkdir -p "$folder/.$1"
    # Installed beside and moved when whole; the prefix is found from where the program stands.
    if (
        cd "$folder/.$1" &&
            source_of "$2" "$3" &&
            cd source &&
            ./configure -q "$4" --prefix="$folder/$1" --without-ensurepip OPT='-g -O2 -DNDEBUG' &&
            make -s -j"$(nproc)" &&
            make -s altinstall DESTDIR="$folder/.$1/made" &&
            rm -rf "$folder/.$1/made/$folder/$1/lib/python"*/test
    ) >"$folder/$1.log" 2>&1; then
        mv "$folder/.$1/made/$folder/$1" "$folder/$1" && echo "$1: made"
    else
        echo "$1: skipped, $(tail -n 1 "$folder/$1.log")"
    fi
    rm -rf "$folder/.$1"
}

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
for name in ${*:-free-threaded trace-refs}; do
    case $name in
    free-threaded) build free-threaded-3.13 trixie python3.13 --disable-gil ;;
    trace-refs) build trace-refs-3.9 bullseye python3.9 --with-trace-refs ;;
    *) echo "$name: no such build" >&2 ;;
    esac
done
