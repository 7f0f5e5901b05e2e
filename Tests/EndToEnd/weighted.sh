#!/usr/bin/env bash
# Tests that lines with weights are what the repeated lines are.
set -euo pipefail
cd "$(dirname "$0")/../.."
source Tests/EndToEnd/lib.bash
names=$PWD/names.txt
cd "$directory"

# Weights from 0 on, items that hold tabs, lines that are empty or come again, a mark, CRLF, and a
# last line without its newline.
{
  printf '\xEF\xBB\xBFemma\t3\r\n\n\t5\nx\ty\t2\nqqq\t0\n'
  head -n 400 "$names" | awk '{ print $0 "\t" (NR * 7919) % 5 }'
  printf 'zo\xC3\xAB\t2\nemma\t1'
} >weighted
# repeat [SEPARATOR]: the lines that lines with weights stand for.
repeat() {
  awk -v end="${1-\n}" '{ sub(/\r$/, ""); sub(/^\357\273\277/, ""); n = $0; sub(/.*\t/, "", n); sub(/\t[0-9]*$/, "")
    for (i = 0; i < n; i++) printf "%s%s", $0, end }'
}
LC_ALL=C repeat <weighted >repeated
equals 3 "$(grep -cxF emma <(head -n 3 repeated))" 'the first line'

# Counts.
for order in 2 3 6 12; do
  mm-count --order $order repeated >wanted
  succeeds mm-count --order $order --weighted weighted
  same wanted "$out" "order $order"
  succeeds mm-count --order $order --weighted --skip-invalid --threads 3 - <weighted
  same wanted "$out" "order $order, standard input"
done
tr -d '\r' <weighted | tr '\n' '\0' >weighted.null
tr '\n' '\0' <repeated | mm-count -z >wanted
succeeds mm-count -z --weighted weighted.null
same wanted "$out" 'items that end with NUL'
printf 'a\nb\t2\0' | mm-count -z --weighted --rows >"$out"
equals $'.a\t2 \\nb\t2 a\\n\t2 b.\t2' "$(paste -s -d ' ' "$out")" 'an item that holds a newline'

# Weights as large as they come, at the cost of one; the sum of a count fits 63 bits or is an error.
printf 'ab\t4611686018427387904\nb\t4611686018427387903\n' >large
equals $'.a\t4611686018427387904 .b\t4611686018427387903 ab\t4611686018427387904 b.\t9223372036854775807' \
  "$(mm-count --weighted --rows large | paste -s -d ' ' -)" 'weights of 2^62'
printf 'b\t1\n' >more
for order in 2 6; do
  fails 'mm-count: more:1: a count overflows 64 bits' \
    mm-count --threads 2 --order $order --weighted <(sed 's/^ab/b/' large) more
done
fails 'mm-count: -:2: no weight: --weighted reads lines of an item, a tab and a whole number' \
  mm-count --weighted <<<$'a\t1\nb'
for weight in 4611686018427387905 -1 1.5 '' ' 1' 1e3; do
  for tool in mm-count mm-gpt 'mm-loss wanted'; do
    read -r -a words <<<"$tool"
    fails "${words[0]}: -:2: the weight '$weight' is not a whole number from 0 to 2^62 (4611686018427387904)" \
      "${words[@]}" --weighted <<<$'a\t1\r\na\t'"$weight"
  done
done
# Lines that are left out are not looked at for a weight.
printf 'a\t1\n\xFF\nb\t2\xFF\n' >invalid
run mm-count --weighted --skip-invalid --rows invalid
equals $'.a\t1 a.\t1' "$(paste -s -d ' ' "$out")" '--skip-invalid'
equals 'mm-count: 2 lines that are not UTF-8 were left out' "$(cat "$err")" '--skip-invalid'
run mm-count --weighted invalid
equals 'mm-count: invalid:2: invalid UTF-8 at byte 0xFF' "$(cut -d ';' -f 1 "$err")" 'bad lines'

# A GPT, its checkpoint, its log without the seconds, and what it says of items held out.
for options in '--steps 6' '--steps 6 --holdout 50' '--epochs 0.2 --recipe makemore' \
  '--steps 4 --soft-targets 0.5 --soft-order 3 --drawn-items 40 --holdout 9' '--steps 5 --optimizer adamw'; do
  read -r -a words <<<"$options"
  words+=(--n-layer 1 --n-embd 16 --batch-size 8)
  run mm-gpt "${words[@]}" --checkpoint wanted.ckpt --log wanted.log repeated
  cp "$out" wanted.gpt
  cp "$err" wanted.err
  run mm-gpt "${words[@]}" --checkpoint run.ckpt --log run.log --weighted weighted
  same wanted.gpt "$out" "the model of $options"
  same wanted.ckpt run.ckpt "the checkpoint of $options"
  same wanted.err "$err" "what is said of $options"
  cmp <(cut -f -4 wanted.log) <(cut -f -4 run.log) || die "the log of $options"
done
# A run may be resumed with weights or without, for they are the same data.
head -n 100 "$names" | awk '{ print $0 "\t" NR % 3 }' >data
repeat <data >data.repeated
shape=(--n-layer 1 --n-embd 16 -q)
mm-gpt "${shape[@]}" --steps 5 --init wanted.gpt --checkpoint run.ckpt --weighted data >wanted
mm-gpt -q --resume run.ckpt data.repeated | cmp - wanted || die 'resumed without weights'
mm-gpt -q --resume run.ckpt --weighted data | cmp - wanted || die 'resumed with weights'
run mm-gpt -q --resume run.ckpt data
equals 1 "$status" 'a checkpoint and lines with their weights as text'
# Lines are not stored as often as they count: so many items are no trouble.
printf 'ab\t4294967294\nb\t2\n' >many
fails 'mm-gpt: many:2: the weights add up to more than 2^32 - 1 (4294967295) items; divide them by a number' \
  mm-gpt --weighted many
sed 's/4294967294/5000000/' many >fewer
succeeds mm-gpt "${shape[@]}" --steps 2 --weighted fewer

# Losses: the counts are exact, the rest is the sum of each line's.
mm-count repeated >model
mm-gpt --steps 0 -q repeated >model.gpt
for model in model model.gpt; do
  mm-loss $model repeated >wanted
  succeeds mm-loss --weighted $model weighted
  paste wanted "$out" | awk -F '\t' -v OFS='\t' '
    $1 != $3 || (($1 == "tokens" || $1 == "lines") && $2 != $4) { print; exit 1 }
    ($2 - $4) ^ 2 > 1e-20 * $2 ^ 2 { print; exit 1 }' || die "the summary of $model"
  # To the last digit: weights times the losses of lines, added in their order.
  LC_ALL=C sed 's/^\xEF\xBB\xBF//; s/\r$//; /^qqq/d; /^\t/d; /^$/d' weighted >lines
  sed -E 's/\t[0-9]+$//' lines | mm-loss --per-line $model | cut -f 1 >losses
  awk -F '\t' '{ print $NF }' lines | paste losses - | awk '{ sum += $1 * $2 } END { printf "nll\t%.17g\n", sum }' >sum
  awk -F '\t' 'NR == FNR { wanted = $2; next } $1 == "nll" && $2 + 0 != wanted + 0 { exit 1 }' \
    sum "$out" || die "the nll of $model"
done
printf 'emma\t4611686018427387904\nq!\t3\nzo\xC3\xAB\t10\n' >odd
succeeds mm-loss --skip-unknown --weighted model.gpt <(sed 's/904$/903/; s/4611/1111/' odd)
equals "$(printf 'tokens\t%s\nlines\t%s\nskipped\t3' $((1111686018427387903 * 5 + 40)) $((1111686018427387903 + 10)))" \
  "$(grep -E 'tokens|lines|skipped' "$out")" 'large weights'
for model in model model.gpt; do
  fails 'mm-loss: odd:1: the weights make more than 2^63 - 1 tokens; divide them by a number' \
    mm-loss --weighted $model odd
done
printf 'ae\t3\nao\t4\n' | mm-loss --weighted <(printf 'ae\nxo\n' | mm-count) - >"$out"
equals $'lines\t7 zeros\t4' "$(grep -E 'lines|zeros' "$out" | paste -s -d ' ' -)" 'zeros count as often'
# A line of weight 0 is not there: its characters need not be known.
printf 'emma\t1\n!!\t0\n' | mm-loss --weighted model - | grep -qx $'lines\t1' || die 'weight 0'
fails 'mm-loss: no items to score' mm-loss --weighted model - <<<$'emma\t0'
for option in --per-line --per-token --tensor; do
  run mm-loss --weighted $option model weighted
  misused mm-loss "--weighted gives the summary alone: $option does not go with it"
done
run mm-count --merge --weighted wanted
misused mm-count '--merge reads models, not text: --weighted does not go with it'
