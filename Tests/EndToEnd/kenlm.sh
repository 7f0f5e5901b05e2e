#!/usr/bin/env bash
# Tests that KenLM reads mm-fit --arpa and finds the losses of mm-loss --smooth kn, line by line, and
# that its own estimate of the same text is as good.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

if ! command -v query >/dev/null; then
  skip "no query, so KenLM does not read the ARPA files"
  exit 0
fi

# words MODEL: the items of standard input as KenLM wants them, a label of the model's a word.
words() {
  mm-loss --per-token "$1" | awk -F '\t' '
    $3 == "." { print line; line = ""; next }
    { line = line (line == "" ? "" : " ") $3 }'
}

# agree ORDER TRAIN TEST: the totals of each line are those of query, to 1e-5.
agree() {
  local order=$1 counts=$directory/counts arpa=$directory/arpa
  mm-count --order "$order" "$2" >"$counts"
  succeeds mm-fit --arpa "$counts"
  mv "$out" "$arpa"
  words "$counts" <"$3" >"$directory/words"
  run query -v sentence "$arpa" <"$directory/words"
  if grep -q 'compiled with max order' "$err"; then
    skip "query reads no models of order $order"
    return 0
  fi
  [ "$status" -eq 0 ] || die "query of order $order: $(head -c 500 "$err")"
  sed -n 's/^Total: //p' "$out" >"$directory/totals"
  mm-loss --smooth kn --per-line "$counts" "$3" | paste "$directory/totals" - | awk -F '\t' '
    { split($1, query, " "); wanted = -query[1] * log(10); found = $2 }
    query[3] != 0 { print "line " NR " has words that query does not know"; exit 1 }
    (found - wanted) ^ 2 > (1e-5 * wanted) ^ 2 { print "line " NR ": " found ", query " wanted; exit 1 }
    END { if (!NR) { print "no lines"; exit 1 } }' ||
    die "query and mm-loss differ at order $order of $2"
}

# The split of the README: each 32nd line is held out.
awk 'NR % 32' names.txt >"$directory/train.txt"
awk 'NR % 32 == 0' names.txt >"$directory/held.txt"
for order in 2 3 4 5 6 9 12; do
  agree "$order" "$directory/train.txt" "$directory/held.txt"
done

# What is short, and labels that hold escapes.
printf 'b\n' >"$directory/one"
printf 'aaaaaaa\na\n' >"$directory/letter"
printf '%s\n' 'a b.' '<s> #1' '</s>' '<unk>' 'é\t' '一丁丂' 'a b.' >"$directory/odd"
for text in one letter odd; do
  for order in 2 3 6; do agree "$order" "$directory/$text" "$directory/$text"; done
done

if ! command -v lmplz >/dev/null; then
  skip "no lmplz to estimate the same text"
  exit 0
fi

# lmplz has one word more, <unk>, in the uniform distribution: for letters a difference of about 1e-5.
for order in 5 6; do
  mm-count --order "$order" "$directory/train.txt" >"$directory/counts"
  words "$directory/counts" <"$directory/train.txt" >"$directory/words"
  lmplz -o "$order" --discount_fallback <"$directory/words" >"$directory/arpa" 2>"$err" ||
    die "lmplz: $(tail -n 3 "$err")"
  words "$directory/counts" <"$directory/held.txt" >"$directory/words"
  lmplz=$(query -v summary "$directory/arpa" <"$directory/words" 2>/dev/null |
    awk '/^Perplexity including/ { print log($NF) }')
  loss=$(mm-loss --smooth kn "$directory/counts" "$directory/held.txt" | awk '/^loss/ { print $2 }')
  awk -v a="$loss" -v b="$lmplz" 'BEGIN { exit !((a / b - 1) ^ 2 < 3e-5 ^ 2) }' ||
    die "order $order: lmplz has $lmplz, mm-loss $loss"
done
