#!/bin/sh
# CPythons that Debian does not ship, built from its source packages, without its patches, as their authors released them:
# tests/interpreters.py finds those in $OG_BUILDS.
#
#     tests/builds.sh [NAME...]       all, or some of
#
#         free-threaded         3.13 --disable-gil
#         free-threaded-debug   3.13 --disable-gil --with-pydebug
#         trace-refs            3.9 with Py_TRACE_REFS
#         O0                    3.13 without optimization, with frame pointers
#         shared-lto            3.11 --enable-shared --with-lto, with frame pointers
#         musl                  3.13 of musl, libpython shared, as Alpine has it
#
# Takes minutes each, so nothing calls it by itself. A build that is there is kept; one that fails is said and skipped. Needs a compiler,
# dpkg-dev, libffi-dev (the tests' programs use ctypes), and the -dev packages of those modules that are to be tested too; for that of musl
# musl-tools.
set -u
folder=${OG_BUILDS:-$HOME/.cache/og-tests/builds}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)

source_of() { # SUITE PACKAGE INTO: apt's lists of its own, so that nothing of the machine changes
    (
        mkdir -p "$sources/$1/lists/partial" && cd "$sources/$1" || exit
        echo "deb-src $mirror $1 main" >sources.list
        options="-q -o Dir::Etc::SourceList=$PWD/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$PWD/lists
            -o Dir::Cache=$PWD -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root"
        # shellcheck disable=SC2086
        apt-get $options update && apt-get $options --download-only source "$2"
    ) && dpkg-source --no-check --skip-patches -x "$sources/$1/$2"_*.dsc "$3"
}

build() { # NAME SUITE PACKAGE OPT CONFIGURE...
    name=$1 suite=$2 package=$3 opt=$4
    shift 4
    if [ -d "$folder/$name" ]; then
        echo "$name: there"
        return
    fi
    rm -rf "$folder/.$name"
    mkdir -p "$folder/.$name"
    # Installed beside and moved when whole; the prefix is found from where the program stands.
    if (
        cd "$folder/.$name" &&
            case $name in musl*) compiler_of_musl ;; esac &&
            source_of "$suite" "$package" source &&
            cd source &&
            ./configure -q "$@" --prefix="$folder/$name" --without-ensurepip OPT="-g $opt" &&
            make -s -j"$(nproc)" &&
            make -s altinstall DESTDIR="$folder/.$name/made" &&
            rm -rf "$folder/.$name/made/$folder/$name/lib/python"*/test
    ) >"$folder/$name.log" 2>&1; then
        mv "$folder/.$name/made/$folder/$name" "$folder/$name" && echo "$name: made"
    else
        echo "$name: skipped, $(tail -n 1 "$folder/$name.log")"
    fi
    rm -rf "$folder/.$name"
}

compiler_of_musl() { # ./cc and ./pkgconfig
    # Headers and libraries of glibc are nothing for musl; the kernel's headers are, and Debian's libffi asks little of a libc.
    mkdir kernel pkgconfig &&
        ln -s /usr/include/linux /usr/include/asm-generic /usr/include/x86_64-linux-gnu/asm kernel &&
        ln -s /usr/include/x86_64-linux-gnu/ffi.h /usr/include/x86_64-linux-gnu/ffitarget.h pkgconfig &&
        ln -s /usr/lib/x86_64-linux-gnu/libffi_pic.a pkgconfig/libffi.a &&
        printf 'Name: libffi\nDescription: -\nVersion: 3\nCflags: -I%s\nLibs: -L%s -lffi\n' "$PWD/pkgconfig" "$PWD/pkgconfig" >pkgconfig/libffi.pc &&
        printf '#!/bin/sh\n[ "$1" = --print-multiarch ] || exec musl-gcc "$@" -idirafter %s\n' "$PWD/kernel" >cc &&
        chmod +x cc
}

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
sources=$(mktemp -d "$folder/.sources.XXXXXX")
trap 'rm -rf "$sources"' EXIT
fast='-O2 -DNDEBUG'
framed='-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer'
of_musl() { # FOLDER: what configure is told
    echo "CC=$folder/.$1/cc PKG_CONFIG_LIBDIR=$folder/.$1/pkgconfig --build=x86_64-pc-linux-musl"
}
for each in ${*:-free-threaded free-threaded-debug trace-refs O0 shared-lto musl}; do
    case $each in
    free-threaded) build free-threaded-3.13 trixie python3.13 "$fast" --disable-gil ;;
    free-threaded-debug) build free-threaded-debug-3.13 trixie python3.13 -Og --disable-gil --with-pydebug ;;
    trace-refs) build trace-refs-3.9 bullseye python3.9 "$fast" --with-trace-refs ;;
    O0) build O0-3.13 trixie python3.13 "-O0 -DNDEBUG $framed" ;;
    shared-lto)
        build shared-lto-3.11 bookworm python3.11 "$fast $framed" --enable-shared --with-lto LDFLAGS="-Wl,-rpath=$folder/shared-lto-3.11/lib"
        ;;
    musl)
        # shellcheck disable=SC2046
        build musl-3.13 trixie python3.13 "$fast" --enable-shared LDFLAGS="-Wl,-rpath=$folder/musl-3.13/lib" $(of_musl musl-3.13)
        ;;
    *) echo "$each: no such build" >&2 ;;
    esac
done
