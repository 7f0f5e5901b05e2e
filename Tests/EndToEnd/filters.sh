#!/usr/bin/env bash
# Tests the items that mm-sample passes over, by length, list and repetition, and those it skips.
set -euo pipefail
cd "$(dirname "$0")/../.."
source Tests/EndToEnd/lib.bash
head -n 300 names.txt >"$directory/names"
cd "$directory"

mm-count names >counts
mm-count --order 4 names >list
mm-fit -q --steps 50 counts >fit
mm-gpt -q --steps 40 --n-layer 1 --n-embd 16 --n-head 2 names >gpt
mm-fit --mix --shares 1,1 gpt list >mix
models=('counts' '--smooth 0.1 counts' 'list' '--smooth kn list' '--smooth wb list' fit gpt mix)

# By another program, from all that is drawn: 60 of those that remain.
for model in "${models[@]}"; do
  # shellcheck disable=SC2086 # the words are options and a file
  mm-sample -n 2500 --seed 1 $model >all
  awk 'FILENAME == "names" { isListed[$0]; next } length >= 4 && length <= 7 && !($0 in isListed) &&
    !isFound[$0]++' names all | sed -n 1,60p >wanted
  equals 60 "$(wc -l <wanted)" "the items of $model"
  # shellcheck disable=SC2086
  for threads in 1 3; do
    succeeds mm-sample -n 60 --seed 1 --threads $threads --length 4:7 --exclude names --unique $model
    same wanted "$out" "the items of $model that are left"
  done
  # A smaller count gives a prefix, and --skip the rest, with and without the filters.
  # shellcheck disable=SC2086
  {
    succeeds mm-sample -n 20 --seed 1 --length 4:7 --exclude names --unique $model
    head -n 20 wanted | cmp - "$out" || die "a prefix of the items of $model"
    succeeds mm-sample -n 40 --skip 20 --seed 1 --length 4:7 --exclude names --unique $model
    sed -n 21,60p wanted | cmp - "$out" || die "--skip with filters from $model"
    succeeds mm-sample -n 70 --skip 1000 --seed 1 $model
    sed -n 1001,1070p all | cmp - "$out" || die "--skip from $model"
  }
done

# From a GPT what is passed by is not drawn.
succeeds timeout 20 mm-sample -n 1 --seed 1 --skip 9223372036854775807 gpt

# However the list is written, it lets nothing through; several are one.
sed 's/$/\r/' names >windows
head -c -1 names >cut
{ printf '\xEF\xBB\xBF'; cat names; } >marked
head -n 100 names >first
tail -n +101 names >rest
mm-sample -n 100 --seed 1 --exclude names list >wanted
for list in windows cut marked - 'first --exclude rest'; do
  # shellcheck disable=SC2086
  mm-sample -n 100 --seed 1 --exclude $list list <names | cmp - wanted || die "the list $list"
done
tr '\n' '\0' <names >null
tr '\n' '\0' <wanted | cmp - <(mm-sample -z -n 100 --seed 1 --exclude null list) || die 'with -z'
fails 'mm-sample: missing: No such file or directory' mm-sample --exclude missing list
printf 'ad\xE9le\n' >latin
run mm-sample --exclude latin list
[ "$status" -eq 1 ] && [ ! -s "$out" ] || die 'a list that is not UTF-8'
# A list in another canonical form would let all through.
mm-count <(printf 'ren\xC3\xA9e\n') >composed
printf 'rene\xCC\x81e\n' >decomposed
run mm-sample --exclude decomposed composed
[ "$status" -eq 1 ] && grep -q 'convert it: mm-sample --exclude <(uconv -x nfc decomposed) composed$' "$err" || die "$(cat "$err")"

# Where nothing is new it ends, and says so; what it names helps.
printf '%s\n' a b c >letters
mm-count letters >single
fails 'mm-sample: single: found 0 items, then passed over 100000 in a row: 100000 in an --exclude list; try a higher --temperature, or --smooth kn if it is counts' \
  mm-sample --seed 1 --exclude letters single
succeeds mm-sample --seed 1 --exclude letters --smooth kn single
equals 20 "$(wc -l <"$out")" '--smooth kn'
run mm-sample -n inf --seed 1 --unique single
said 1 'mm-sample: single: found 3 items, then passed over 100000 in a row: 100000 found before (--unique); try a higher --temperature, or --smooth kn if it is counts'
equals 3 "$(sort -u "$out" | wc -l)" 'what was written stays'
run mm-sample -n 5 --skip 2 --seed 1 --unique single
equals 1/1 "$status/$(wc -l <"$out")" 'the status of a skipped run'
succeeds mm-sample -n 1 --skip 2 --seed 1 --unique single
fails 'mm-sample: single: found 0 items, then passed over 100000 in a row: 100000 of another --length; try another --length' \
  mm-sample --seed 1 --length 5: single

# An item that --max-length cuts is not whole.
mm-sample -n 2000 --seed 1 --max-length 5 counts | awk 'length < 5 && length > 2' | sed -n 1,50p |
  cmp - <(mm-sample -n 50 --seed 1 --max-length 5 --length 3: counts) || die 'items that are cut'

# No item of a GPT is empty, and --next says so.
mm-sample --next gpt | awk '$1 == "." { exit $2 != 0 }' || die "an item's start"
