#!/usr/bin/env bash
# Tests scripts/plot-loss on small tables and on the logs of mm-gpt and mm-fit.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

plot=$PWD/scripts/plot-loss
names=$PWD/names.txt
cd "$directory"

# has FILE TEXT
has() {
  grep -qF -- "$2" "$1" || die "$1 lacks: $2"
}

# refuses STATUS DIAGNOSTIC ARGUMENT...
refuses() {
  local wanted=$1 diagnostic=$2
  shift 2
  run "$plot" "$@"
  said "$wanted" "plot-loss: $diagnostic"
  [ ! -s "$out" ] || die "data on standard output where '$diagnostic' is expected"
}

# The corners of the plot are at (72, 64) and (712, 464): 640 wide, 400 high.
header='step\tloss\tholdout_loss\tlearning_rate\tseconds\n'
# shellcheck disable=SC2059 # the format holds tabs
printf "${header}0\t4\t\t0.1\t0\n10\t3\t\t0.1\t1\n15\t\t2.5\t\t2\n20\t2\t\t0.1\t2\n20\t\t2\t\t2\n" >gpt.tsv
printf 'step\tloss\r\n0\t3.5\r\n100\t1.0e0\r\n' >fit.tsv
cp fit.tsv 'a=b & "<c>'
seq 0 1 299 | awk 'BEGIN { print "step\tloss" } { print $1 "\t" 3 - 0.01 * $1 }' >long.tsv

# Whichever the awk, the bytes are the same, and they are XML.
mm-count "$names" | mm-fit --steps 1000 --log fitted.tsv >model
mm-gpt -q --n-layer 1 --n-embd 8 --steps 1200 --holdout 50 --log trained.tsv "$names" >model
for log in gpt fit long fitted trained; do
  succeeds "$plot" $log.tsv
  cp "$out" $log.svg
done
succeeds "$plot" gpt.tsv - 'a=b & "<c>' <long.tsv
cp "$out" three.svg
for tool in mawk gawk busybox original-awk; do
  found=$(command -v "$tool") || continue
  mkdir "$tool"
  ln -s "$found" "$tool/awk"
  for log in gpt fit long fitted trained; do
    PATH=$PWD/$tool:$PATH succeeds "$plot" $log.tsv
    same "$out" $log.svg "$tool draws $log otherwise"
  done
  PATH=$PWD/$tool:$PATH succeeds "$plot" gpt.tsv - 'a=b & "<c>' <long.tsv
  same "$out" three.svg "$tool draws three logs otherwise"
done
well_formed *.svg

# Points where they belong, ticks with round numbers.
has gpt.svg 'points="72.0,64.0 392.0,264.0 712.0,464.0"/>'
has gpt.svg 'class="held" points="552.0,364.0 712.0,464.0"/>'
has gpt.svg 'cx="552.0" cy="364.0" r="3"><title>step 15, held out: 2.5000</title>'
has gpt.svg '<text x="392.0" y="484" class="x">10</text>'
has gpt.svg '<text x="64" y="268.0" class="y">3.0</text>'
has gpt.svg '>Training loss</text>'
has gpt.svg '>step</text>'
has gpt.svg '>loss (nats per token)</text>'
has gpt.svg '>loss: 2.0000 at the end</text>'
has gpt.svg '>held out: 2.0000 at the end</text>'
has fit.svg 'points="72.0,64.0 712.0,464.0"/>'
[ "$(grep -c '<polyline' fit.svg)" -eq 1 ] || die "more than one line for a table of two rows"
[ "$(grep -c '<title>' trained.svg)" -eq 3 ] || die "not a point for each of 3 held-out losses"
has trained.svg '<text x="712.0" y="484" class="x">1,200</text>'

# Smoothing keeps a straight line straight, from end to end.
grep -o 'points="[^"]*"' long.svg >lines
equals 2 "$(wc -l <lines | tr -d ' ')" "the lines of a long table"
equals 1 "$(sort -u lines | wc -l | tr -d ' ')" "the lines that differ where the loss is straight"
has three.svg '>a=b &amp; &quot;&lt;c&gt;</text>'
has three.svg '>gpt.tsv, held out: 2.0000 at the end</text>'
has three.svg '>-</text>'

# Rows that a resumed run repeats are drawn once.
{ cat gpt.tsv && tail -n 3 gpt.tsv; } >resumed.tsv
succeeds "$plot" resumed.tsv
same "$out" gpt.svg "a resumed run is drawn otherwise"

# A run may go on with another log, which has a heading too.
mm-gpt -q --n-layer 1 --n-embd 8 --steps 20 --holdout 9 --checkpoint run "$names" >model
for _ in 1 2; do
  mm-gpt -q --resume run --log rest.tsv "$names" >model
  succeeds "$plot" rest.tsv
done
equals 1 "$(grep -c '^step' rest.tsv)" "the headings of a log that two runs wrote"

# One point, and a run that stands still.
printf 'step\tloss\n0\t2\n' | "$plot" >one.svg
has one.svg 'points="72.0,264.0"/>'

# Bad input.
refuses 1 "none: No such file or directory" none
refuses 1 ".: Is a directory" .
refuses 1 "-: empty input; expected a table of --log" </dev/null
refuses 1 "$names:1: no columns step and loss; expected a table of --log" "$names"
printf 'step\tloss\n' >bad
refuses 1 "bad:1: no loss in the table" bad
printf 'step\tloss\n0\t1\n1\tnan\n' >bad
refuses 1 'bad:3: the loss is "nan"' gpt.tsv bad
printf 'step\tloss\n-1\t1\n' >bad
refuses 1 'bad:2: the step is "-1"' bad
printf 'step\tloss\n0\n' >bad
refuses 1 'bad:2: 1 fields under 2 names' bad
hint="Try 'scripts/plot-loss --help' for more information."
refuses 2 "unknown option '--png'"$'\n'"$hint" --png
refuses 2 "extra operand 'i'"$'\n'"$hint" a b c d e f g h i

# The command line, and results that cannot be written.
succeeds "$plot" --help
equals 'Usage: scripts/plot-loss [LOG]...' "$(head -n 1 "$out")" "--help"
if [ -e /dev/full ]; then
  for argument in --help gpt.tsv; do
    if "$plot" $argument >/dev/full 2>"$err"; then die "a full disk is not an error"; fi
    has "$err" 'plot-loss: write error: No space left on device'
  done
else
  skip "no /dev/full"
fi
