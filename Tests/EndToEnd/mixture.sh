#!/usr/bin/env bash
# Tests models together: a mixture is used as any other model, from files and pipes, in both forms.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

awk 'NR % 8' names.txt >"$directory/train"
awk 'NR % 16 == 0' names.txt >"$directory/tune"
awk 'NR % 16 == 8' names.txt >"$directory/held"
cd "$directory"

loss() { mm-loss "$@" held | awk '$1 == "loss" { print $2 }'; }

mm-count --order 6 train >counts
mm-count train | mm-fit -q --steps 100 >fit
mm-gpt -q --steps 60 --n-layer 1 --n-embd 16 --n-head 2 train >gpt
mm-fit --mix gpt counts fit <tune >mix

# Better than each of its models on text that none of them saw.
for model in gpt fit '--smooth kn counts'; do
  # shellcheck disable=SC2086 # the words are options and a file
  echo "$(loss $model) $(loss mix)" | awk '{ exit !($1 > $2) }' || die "the mixture is worse than $model"
done

# One model everywhere, in either form, whatever the number of threads and the way it comes.
mm-fit --mix --text gpt counts fit <tune >mix.text
mm-fit --mix --threads 1 gpt counts fit <tune | cmp - mix || die "the weights depend on the threads"
for mixture in mix mix.text; do
  equals "$(loss mix)" "$(loss - <$mixture)" "the loss under $mixture"
  mm-sample -n 50 --seed 1 $mixture | cmp - <(mm-sample -n 50 --seed 1 --threads 1 mix) ||
    die "the samples of $mixture"
  cat $mixture | mm-sample -n 20 --seed 1 | cmp - <(mm-sample -n 50 --seed 1 mix | head -n 20) ||
    die "the first samples of $mixture"
  equals 27 "$(mm-sample --next --prompt mar $mixture | wc -l)" "the tokens after a prompt"
  mm-sample --next $mixture | awk '{ sum += $2 } $1 == "." && $2 { exit 1 } END { exit !(sum > 1 - 1e-6 && sum < 1 + 1e-6) }' ||
    die "an item's start"
done

# The header says what it is; the models follow as they were.
equals "$(printf '#mm\t1\tmixture')" "$(head -n 1 mix.text)" "the first line"
{
  sed '/^#mm\t1\tgpt/,$d' mix.text
  sed '/^#mm\t1\tgpt/,/^#mm\t1\tcounts/!d' mix.text | sed '$d'
  mm-count --merge --text counts
  sed '/^#mm\t1\tbigram/,$!d' mix.text
} | cmp - mix.text || die "the counts are not those that went in"
mm-fit --mix --shares 3,1 --smooth wb counts mix.text >nested
succeeds mm-loss nested held

# Weights that are given, and where every model has none.
mm-fit --mix --shares 1,0 gpt counts >one
equals "$(loss gpt | cut -c 1-9)" "$(loss one | cut -c 1-9)" "a mixture of one"

head -c "$(($(wc -c <mix) - 7000))" mix >cut
run mm-loss cut held
[ "$status" -eq 1 ] || die "status $status from a mixture that was cut"
sed '/^#mm\t1\tgpt/,$d' mix.text >header
fails "mm-loss: header: truncated: 0 of the 3 models of the mixture" mm-loss header held
fails "mm-count: mix: a model of kind mixture where counts are wanted; mm-count makes them" \
  mm-count --merge mix
fails "mm-gpt: mix: holds several models where one is wanted" mm-gpt -q --init mix train
run mm-sample --smooth kn mix
misused mm-sample "--smooth is for counts, and mix is a model of kind mixture"
run mm-fit --mix --smooth -,- gpt counts
misused mm-fit "--smooth has - for counts, which is counts: kn, wb or a number"

# Lines that are left out are counted, unless nothing is to be said.
{ cat tune && printf '\377\n'; } >broken
run mm-fit --mix --skip-invalid gpt counts fit <broken
same "$out" mix "the weights without a line that is not UTF-8"
grep -q '1 line' "$err" || die "not said: the line that was left out"
run mm-fit --mix -q --skip-invalid gpt counts fit <broken
[ "$status" -eq 0 ] && [ ! -s "$err" ] || die "-q is not quiet: $(cat "$err")"
