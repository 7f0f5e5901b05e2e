#!/usr/bin/env bash
# Tests scripts/plot-orders on small tables; readme.sh draws the one of the tour.
set -euo pipefail
cd "$(dirname "$0")/../.."
source Tests/EndToEnd/lib.bash

plot=$PWD/scripts/plot-orders
cd "$directory"

# has FILE TEXT
has() {
  grep -qF -- "$2" "$1" || die "$1 lacks: $2"
}

# refuses DIAGNOSTIC [FILE]
refuses() {
  fails "plot-orders: $1" "$plot" "${@:2}"
}

# The corners of the plot are at (72, 64) and (552, 464): 480 wide, 400 high.
printf 'order\traw\tadd <1>\tlevel\r\n2\tinf\t3\t2\n3\tinf\t1\t2\n6\tinf\t1.5\t2\n' >table
succeeds "$plot" table
cp "$out" table.svg
for tool in mawk gawk busybox original-awk; do
  found=$(command -v "$tool") || continue
  mkdir "$tool"
  ln -s "$found" "$tool/awk"
  PATH=$PWD/$tool:$PATH succeeds "$plot" - <table
  same "$out" table.svg "$tool draws otherwise"
done
if command -v python3 >which; then
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' table.svg ||
    die "the picture is not XML"
else
  skip "no python3, so the picture is not parsed"
fi

# From 1 to 3.25, which the axis rounds up: an arrow for each inf, a dashed line for what stays.
has table.svg '>3.5</text>'
has table.svg 'class="full" points="72.0,144.0 192.0,464.0 552.0,384.0"/>'
has table.svg 'class="held" points="72.0,304.0 192.0,304.0 552.0,304.0"/>'
has table.svg 'd="M192.0 64.0m-4 8l4 -6l4 6m-4 -6v16"/>'
has table.svg '<title>add &lt;1&gt;, order 6: 1.5</title>'
has table.svg '>add &lt;1&gt;, least 1.0000</text>'
has table.svg '>level: 2.0000</text>'
has table.svg '>raw: inf</text>'
equals 2 "$(grep -c '<polyline' table.svg)" 'lines'
equals 3 "$(grep -c '<title>' table.svg)" 'points'

# Bad input.
refuses "none: No such file or directory" none
refuses "-: empty input; expected a table of losses by order or items" </dev/null
printf 'step\tloss\n1\t2\n' >bad
refuses "bad:1: no columns order, or items, and losses; expected a table of losses by order or items" bad
printf 'order\tloss\n2\tinf\n' >bad
refuses "bad:2: no loss in the table" bad
printf 'order\tloss\n2\tnan\n' >bad
refuses 'bad:2: the loss is "nan"' bad
printf 'order\tloss\n2\t3\t4\n' >bad
refuses 'bad:2: 3 fields under 2 names' bad
printf 'order\tloss\nx\t3\n' >bad
refuses 'bad:2: order is "x"' bad
hint="Try 'scripts/plot-orders --help' for more information."
run "$plot" a b
said 2 "plot-orders: extra operand 'b'"$'\n'"$hint"

# By items, the axis is logarithmic: equal ratios are equal distances.
printf 'items\tloss\n100\t3\n1000\t2\n10000\t1\n' | succeeds "$plot"
grep -qF '<polyline style="stroke:#0072b2" class="full" points="72.0,64.0 ' "$out" || die "the first point"
points=$(sed -n 's/.*points="\([^"]*\)".*/\1/p' "$out" | tr ' ' '\n' | cut -d , -f 1 | cut -d . -f 1 | paste -s -d ' ' -)
equals '72 311 551' "$points" "the places of 100, 1000 and 10000"
grep -qF '>10,000</text>' "$out" || die "the number of items at a tick"
grep -qF '<title>loss, items 1000: 2</title>' "$out" || die "what a point shows"
