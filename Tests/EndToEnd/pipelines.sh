#!/usr/bin/env bash
# Tests the pipelines of the tools against the reference's names, losses and tables.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

# sampled NAMES: what comes in are these names, in this order, a line each.
sampled() {
  equals "$1" "$(tr '\n' ' ' | sed 's/ $//')" "names"
}

# loses LOSS TOKENS LINES: what comes in is a summary with these values, the loss to six decimals.
loses() {
  equals "$(printf '%s %s %s' "$@")" \
    "$(awk -F '\t' '{ v[$1] = $2 } END { printf "%.6f %s %s", v["loss"], v["tokens"], v["lines"] }')" \
    "loss, tokens and lines"
}

# uniform: sets every count of a text model to 1.
uniform() {
  awk -F '\t' -v OFS='\t' '!/^#/ { for (i = 2; i <= NF; i++) $i = 1 } 1'
}

seed=2147483647
start='cexze momasurailezitynn konimittain llayn ka da staiyaubrtthrigotai moliellavo ke teda ka'
start+=' emimmsade enkaviyny'

# The word of the write-up.
printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t3\t3\n#\t.\tb\to\n' >"$directory/bob"
printf '.\t0\t1\t0\nb\t1\t0\t1\no\t0\t1\t0\n' >>"$directory/bob"
echo bob | mm-count --text >"$directory/found"
same "$directory/bob" "$directory/found" "the table of bob"
equals $'.\t0\t1\t0' "$(echo bob | mm-count -t | awk '!/^#/' | head -n 1)" "a row for awk"

# names.txt, in one line each.
sampled "$start ftlsp hinivenvorhlasu jadr br jol pen aisan" \
  < <(mm-count <names.txt | mm-sample -n 20 --seed $seed)
equals 20 "$(mm-count <names.txt | mm-fit | mm-sample -n 20 | wc -l | tr -d ' ')" "fitted names"
mm-count <names.txt >"$directory/counts"
mm-loss "$directory/counts" <names.txt | loses 2.454022 231718 32469
mm-loss --smooth 1 "$directory/counts" <names.txt | loses 2.454586 231718 32469
for order in '3 2.186329' '4 1.883650'; do
  mm-count --order "${order% *}" names.txt | mm-loss - names.txt | loses "${order#* }" 231718 32469
done

# The losses add up, whichever way they are asked for, but for the rounding of another order.
mm-loss "$directory/counts" names.txt | head -n 3 >"$directory/summary"
mm-loss --per-line "$directory/counts" names.txt |
  awk -F '\t' '{ nll += $1; n += $2 } END { printf "%.3f %d %d\n", nll, n, NR }' >"$directory/lines"
mm-loss --per-token "$directory/counts" names.txt |
  awk -F '\t' '{ nll += $4; if ($3 == ".") n++ } END { printf "%.3f %d %d\n", nll, NR, n }' \
    >"$directory/tokens"
mm-loss --tensor --text "$directory/counts" names.txt |
  awk '!/^#/ { for (i = 1; i <= NF; i++) sum += $i; printf "%.17g %d\n", sum, NF; sum = 0 }' |
  awk '{ v[NR] = $1; n = $2 } END { printf "%.3f %d %d\n", v[1], v[2], n }' >"$directory/tensor"
awk '{ v[NR] = $2 } END { printf "%.3f %d %d\n", v[1], v[2], v[3] }' "$directory/summary" \
  >"$directory/expected"
for way in lines tokens tensor; do
  same "$directory/expected" "$directory/$way" "the losses of --per-line, --per-token or --tensor"
done
mm-loss --per-line "$directory/counts" names.txt | cut -f 3 | cmp - names.txt ||
  die "--per-line loses lines"

# makemore's list, by its counts.
counts=Tests/Fixtures/makemore-counts.mm
sampled "$start ftlspihinivenvorhlasu dsor br jol pen aisan ja" \
  < <(mm-sample -n 20 --seed $seed <$counts)
sampled "$start fobspihinivenvorhlasu dsor br jol pen aisan ja" \
  < <(mm-fit --steps 2000 <$counts | mm-sample -n 20 --seed $seed)
sampled "$start fobspehinivenvtahlasu dsor br jol pen aisan ja" \
  < <(mm-fit --log "$directory/log" <$counts | mm-sample --seed $seed)
sampled 'cexzm zoglkurkicqzktyhwmvmzimjttainrlkfukzkktda sfcxvpubjtbhrmgotzx' \
  < <(uniform <$counts | mm-sample -n 3 --seed $seed)
printf 'step\tloss\n' >"$directory/expected"
losses='3.7590 2.5093 2.4785 2.4691 2.4648 2.4624 2.4608 2.4597 2.4589 2.4583'
paste <(seq 0 100 900) <(tr ' ' '\n' <<<"$losses") >>"$directory/expected"
awk -F '\t' 'NR == 1 { print; next } $1 < 1000 { printf "%d\t%.4f\n", $1, $2 }' "$directory/log" |
  cmp - "$directory/expected" || die "the losses of mm-fit"
equals 1000 "$(tail -n 1 "$directory/log" | cut -f 1)" "the last step in the log"

# The network's first guess: b after the boundary has a probability of 0.0123. The reference says
# 4.3970156 in float32, whose neighbours there are 2^-21 apart.
echo b | mm-loss --per-token <(mm-fit --steps 0 <$counts) >"$out"
awk -F '\t' '
  NR == 1 { wrong = $3 != "b" || ($4 - 4.3970156) ^ 2 > 2 ^ -42 || (exp(-$4) - 0.012314) ^ 2 > 2.5e-15 }
  END { exit wrong || NR != 2 }' "$out" || die "the loss of b at the start: $(cat "$out")"

# makemore's list itself.
list=../shared/names-makemore.txt
if [ -e $list ]; then
  mm-count --text $list | cmp - $counts || die "the counts of makemore's list"
  mm-loss $counts <$list | loses 2.454014 228146 32033
else
  skip "no $list, so its counts and its loss are not computed"
fi
