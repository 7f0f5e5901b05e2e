#!/usr/bin/env bash
# Tests scripts/plot-next on a model whose probabilities are known, and on labels of any script.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

plot=$PWD/scripts/plot-next
cd "$directory"

# has FILE TEXT
has() {
  grep -qF -- "$2" "$1" || die "$1 lacks: $2"
}

# 40 items: an m and the end, or in a quarter of them an n.
for ((i = 0; i < 40; i++)); do printf '%s\n' "$([ $((i % 4)) -eq 0 ] && echo mn || echo m)"; done | mm-count >counts
succeeds "$plot" m counts
cp "$out" m.svg
has m.svg 'aria-label="How sure the model is of each letter: m"'
has m.svg '<g class="is"><title>m: 100.00 %</title><rect x="52" y="44.0" width="40" height="320.0"/>'
has m.svg '<g class="is"><title>end: 75.00 %</title><rect x="100" y="124.0" width="40" height="240.0"/>'
has m.svg '<g class="may"><title>n: 25.00 %</title><rect x="100" y="44.0" width="40" height="80.0"/>'
equals 3 "$(grep -c '<g ' m.svg)" "the parts of the bars"
equals $'m    ████████████████████████████████████████ 100.00 %  \nn    ██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  25.00 %   end 75%\nend  ████████████████████████████████████████ 100.00 %  ' \
  "$("$plot" --ansi mn - <counts)" "a terminal"

# Any script, what XML escapes, and a word of one character of four bytes; whichever the awk.
printf '%s\n' '李小龍' '李白' '🎉 <&".' 'z\' | mm-count --order 3 >odd
for case in '4 李小龍' '2 🎉' '7 🎉 <&".' '3 z\'; do
  word=${case#* }
  succeeds "$plot" --smooth wb "$word" odd
  cp "$out" odd.svg
  succeeds "$plot" --ansi --smooth=wb -- "$word" odd
  cp "$out" odd.ansi
  equals "${case%% *}" "$(wc -l <odd.ansi | tr -d ' ')" "the lines of $word"
  for tool in mawk gawk busybox original-awk; do
    found=$(command -v "$tool") || continue
    mkdir -p "$tool"
    ln -sf "$found" "$tool/awk"
    PATH=$PWD/$tool:$PATH succeeds "$plot" --smooth wb "$word" odd
    same odd.svg "$out" "$tool draws $word otherwise"
    PATH=$PWD/$tool:$PATH succeeds "$plot" --ansi --smooth wb "$word" odd
    same odd.ansi "$out" "$tool draws $word otherwise in a terminal"
  done
  if command -v python3 >"$out"; then
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' odd.svg ||
      die "the picture of $word is not XML"
  else
    skip "no python3, so the picture of $word is not parsed"
  fi
done

# Where the model has nothing to say, its tools say so.
fails "mm-loss: -:1: the model does not know 'x' (U+0078); --skip-unknown leaves such items out" "$plot" mx counts
run "$plot" 李李李 odd
[ "$status" -eq 1 ] && [ ! -s "$out" ] || die "status $status where a context was never counted"
run "$plot"
said 2 $'plot-next: missing operand: WORD\nTry \'scripts/plot-next --help\' for more information.'
run "$plot" '' counts
said 2 $'plot-next: a WORD is one line, and not empty\nTry \'scripts/plot-next --help\' for more information.'
