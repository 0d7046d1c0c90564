#!/bin/bash
# A service leaks; stock GDB finds out what, who holds it, and draws it. Nothing is added to the service.
# usage: OG_BUILD=build tests/demo.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${OG_BUILD:-$here/../build}" && pwd)
python=${OG_DEMO_PYTHON:-/usr/bin/python3}
[ -x "$python" ] || python=$(command -v python3)
gdb=${OG_GDB:-gdb}
picture=$build/demo.svg
core=$build/demo.core
log=$(mktemp)
between=${OG_DEMO_SECONDS:-3} # of load, between the two looks

service=
cleanup() {
    [ -z "$service" ] || kill "$service" 2>/dev/null || true
    [ -z "$service" ] || wait "$service" 2>/dev/null || true
    rm -f "$log" "$log".* "$core"
}
trap cleanup EXIT

title() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || title() { printf '\n== %s\n' "$*"; }

# Shown and run: the commands of one GDB session, and nothing of what GDB says on attaching.
session() { look -p "$service" "$@"; }

look() { # -p PID or -c CORE, then the commands
    local words=() at=("$1" "$2")
    shift 2
    for command; do
        case $command in
            # The service runs on under load, then GDB gets it back as by Ctrl-C.
            "continue") words+=(-ex "echo \\n(gdb) continue\\n" -ex "shell (sleep $between; kill -INT $service) &"
                               -ex "python gdb.execute('continue', to_string=True)" -ex "echo ^C after $between s of load\\n") ;;
            *) words+=(-ex "echo \\n(gdb) $command\\n" -ex "$command") ;;
        esac
    done
    "$gdb" -batch -nx -iex "set debuginfod enabled off" -ex "set width 0" -ex "set print inferior-events off" -ex "set print thread-events off" \
        "${at[@]}" -x "$build/og.py" -ex "echo >>>\\n" "${words[@]}" </dev/null 2>&1 | sed -n '1,/^>>>$/!p' \
        | grep -vE '^warning: |^Program received signal SIGINT|^0x[0-9a-f]+ in |^[0-9]+[[:space:]]+(in )?[./]'
}

title "A shop service starts, with clients that order from it"
"$python" "$here/programs/demo_leak.py" 120 > "$log" &
service=$!
for _ in $(seq 100); do
    grep -q READY "$log" && break
    sleep 0.1
done
echo "$("$python" --version), pid $service, serving on 127.0.0.1:$(cut -d' ' -f3 "$log")"
sleep 1

title "GDB attaches to it, looks twice, and asks who holds what grew"
rm -f "$picture"
session "og-growth -limit 5" "continue" "og-growth" "og-by-type Session -limit 3" "og-backrefs \$og2 -too-many 4 -o $picture" \
    "og-chain \$og" | tee "$log.gdb"

title "The service goes on"
kill -0 "$service"
echo "pid $service is $(awk '/^State/ { print $3 }' "/proc/$service/status" | tr -d '()'), its heap still grows"

title "A core file answers without the process: on the left the service, on the right its core alone"
questions=("og-growth -limit 5" "og-by-type Session -limit 1" "og-backrefs \$og -depth 2" "og-chain \$og")
session "set og live read" "${questions[@]}" "gcore $core" > "$log.live"
kill "$service" && wait "$service" 2>/dev/null || true
service=
look -c "$core" "${questions[@]}" > "$log.core"
sed -i -e '/^(gdb) set og live/,+1d' -e '/^(gdb) gcore/,$d' "$log.live"
sed -i '${/^$/d}' "$log.live"
diff --ignore-blank-lines --side-by-side -W "${COLUMNS:-160}" "$log.live" "$log.core" # ends the demo if they differ

title "What grew in $between s, and the picture of who holds it"
awk '/^\(gdb\) / { n += /og-growth/; on = /og-growth/ } on && n == 2 && /[+]/' "$log.gdb"
rm -f "$log.gdb"
[ -s "$picture" ]
echo
echo "$picture"
