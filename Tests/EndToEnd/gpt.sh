#!/usr/bin/env bash
# Tests mm-gpt, and GPTs in mm-sample and mm-loss: makemore's run, any number of threads, long items,
# a large vocabulary, and text as it comes.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

names=$PWD/names.txt
fixtures=$PWD/Tests/Fixtures
cd "$directory"

# loss MODEL TEXT: the mean loss of the text, in full.
loss() {
  mm-loss "$1" "$2" | awk '$1 == "loss" { print $2 }'
}

# The whole of makemore's run: every loss that it prints, to the last decimal.
mm-gpt --recipe makemore --seed 3407 --holdout 1000 --steps 501 --log log "$names" >makemore 2>"$err"
awk -F '\t' 'NR == 1 { print "step\tloss" } NR > 1 && $2 != "" { printf "%d\t%.4f\n", $1, $2 }' log |
  cmp - "$fixtures/makemore-run.tsv" || die "makemore's losses"
equals '500 501' "$(awk -F '\t' '$2 == "" { print $1 }' log | paste -s -d ' ' -)" 'held-out rows'
awk -F '\t' 'END { exit ($3 - 2.24883) ^ 2 > 1e-11 }' log || die "the held-out loss: $(tail -n 1 log)"
grep -qE "^mm-gpt: held-out loss $(tail -n 1 log | cut -f 3) \(uniform 3\.2958.*\); 0\.51 epochs; [0-9]+ of 1000 samples are copies\$" "$err" ||
  die "the outcome: $(cat "$err")"
awk -F '\t' '
  NR == 1 { wrong = $0 != "step\tloss\tholdout_loss\tlearning_rate\tseconds"; next }
  { wrong = wrong || NF != 5 || ($2 == "") == ($3 == "") || ($4 == "") != ($2 == "") }
  $2 != "" { wrong = wrong || $4 != "0.0005" || $1 != 10 * rows++ }
  { wrong = wrong || $5 < seconds; seconds = $5 }
  END { exit wrong || rows != 51 }' log || die 'the columns of the log'

# Any number of threads.
for threads in 1 2 3 8; do
  mm-gpt -q --steps 20 --holdout 100 --threads $threads "$names" >"model-$threads"
  mm-sample --threads $threads -n 3000 --seed 5 makemore >"names-$threads"
  mm-loss --threads $threads --per-line makemore "$names" >"losses-$threads"
  for what in model names losses; do same $what-1 $what-$threads "$what of $threads threads"; done
done
equals 3000 "$(wc -l <names-1 | tr -d ' ')" 'names'
cut -f 3 losses-1 | cmp - "$names" || die 'the lines that mm-loss prints'
awk -F '\t' '{ nll += $1; n += $2 } END { printf "%.6f %d %d\n", nll / n, n, NR }' losses-1 >lines
mm-loss makemore "$names" |
  awk -F '\t' '{ v[$1] = $2 } END { printf "%.6f %d %d\n", v["loss"], v["tokens"], v["lines"] }' |
  cmp - lines || die 'the summary, and the losses of the lines added up'

# From the vocabulary and the weights of a run to one on other data.
mm-gpt --init makemore --steps 0 <(echo emma) | cmp - makemore || die '--init --steps 0'

# The text form holds the same.
mm-gpt -q --steps 20 --holdout 100 --text "$names" >text
grep -qE '^#meta	mm\.config	' text || die 'no mm.config in the text form'
mm-sample -n 50 --seed 1 model-1 >expected
mm-sample -n 50 --seed 1 text | cmp - expected || die 'names from the text form'
equals "$(loss model-1 "$names")" "$(loss text "$names")" 'the loss under the text form'

# Names as many as the reader wants, and at once.
mm-sample -n 40 --seed 5 makemore >expected
head -n 40 names-1 | cmp - expected || die 'fewer names begin more'
for _ in 1 2 3; do
  { mm-sample -n inf --seed 5 makemore 2>"$err" || echo $? >"$directory/status"; } |
    head -n 3000 | cmp - names-1 || die '-n inf gives other names'
  [ ! -s "$err" ] || die "a reader that leaves is spoken of: $(cat "$err")"
  [ "$(cat status)" = 141 ] || [ -n "$(trap -p PIPE)" ] || die 'not ended by SIGPIPE'
done

# Each line's loss comes out before the next goes in.
coproc mm-loss --per-line makemore
process=$COPROC_PID
exec {in}>&"${COPROC[1]}" {from}<&"${COPROC[0]}"
eval "exec ${COPROC[1]}>&- ${COPROC[0]}<&-"
for line in emma olivia zzz; do
  echo $line >&"$in"
  IFS=$'\t' read -r -t 20 nll tokens found <&"$from" || die "no loss of $line while the input pauses"
  equals "$line $((${#line} + 1))" "$found $tokens" 'the line that --per-line prints'
  [ "${nll%%.*}" -ge 4 ] || die "a loss of $nll"
done
exec {in}>&-
wait "$process" || die "--per-line ends with status $?"
exec {from}<&-

# Losses before an error are written.
printf 'emma\n\xFF\n' | { mm-loss --per-line makemore >"$out" 2>"$err" || status=$?; }
equals 1 "$(wc -l <"$out" | tr -d ' ')" 'losses before an error'

# Lines much longer than the block, which the model reads in windows.
tr '\n' ' ' <"$names" | fold -w 3000 | awk 'NR <= 12' >long
succeeds mm-gpt -q --steps 20 --n-layer 1 --n-embd 16 --block-size 8 --holdout 2 --log log long
mv "$out" windows
awk -F '\t' 'NR == 2 { first = $2 } END { exit !($3 < first) }' log || die "long items do not learn"
mm-loss --per-token windows long >tokens
equals $((12 * 3001)) "$(wc -l <tokens | tr -d ' ')" 'tokens of long lines'
# The text before a window does not matter in it: the lines of a period are scored alike.
awk 'BEGIN { for (i = 0; i < 4000; i++) printf "ab"; print "" }' >period
mm-loss --per-token windows period |
  awk -F '\t' '$2 > 100 && $2 < 7900 { if (seen[$2 % 4]++ && $4 != last[$2 % 4]) exit 1; last[$2 % 4] = $4 }' ||
  die 'windows with the same text have different losses'
mm-sample -n 3 --seed 1 --prompt "$(head -n 1 long | head -c 200)" --max-length 2000 windows >items
awk -v prompt="$(head -n 1 long | head -c 200)" '
  index($0, prompt) != 1 || length > 2000 { exit 1 }
  length > longest { longest = length }
  END { if (NR != 3 || longest < 201) exit 1 }' items || die 'items that go on from a long prompt'

# A vocabulary of 5,000 characters.
ideographs 5000 4 >wide
succeeds mm-gpt --steps 5 --n-layer 1 --n-embd 16 --batch-size 8 wide
mv "$out" characters
mm-loss characters wide | awk '$1 == "tokens" { exit $2 != 6250 }' || die 'tokens of a large vocabulary'
equals 20 "$(mm-sample --seed 1 --max-length 9 characters | wc -l | tr -d ' ')" 'items of a large vocabulary'

# Memory does not grow with the text.
# limited KILOBYTES COMMAND...: runs it with so much address space.
limited() {
  (ulimit -v "$1" && shift && exec "$@")
}
repeat() {
  local i
  for ((i = 0; i < $1; i++)); do cat "$names"; done
}
mm-gpt --steps 0 --n-layer 1 --n-embd 8 --n-head 1 "$names" >tiny
room=0
for kilobytes in 60000 90000 130000 190000 280000 400000; do
  if head -n 1000 "$names" | limited $kilobytes mm-loss --threads 1 tiny >"$out" 2>"$err"; then
    room=$kilobytes
    break
  fi
done
if [ $room -gt 0 ]; then
  # What waits to be scored, at most, takes no more than this on top.
  repeat 10 | limited $((room + 120000)) mm-loss --threads 1 tiny >"$out" || die 'memory grows with the text'
  equals 2317180 "$(awk '$1 == "tokens" { print $2 }' "$out")" 'the tokens of 2 MB'
else
  skip 'no limit of address space here, so memory is not tested'
fi
