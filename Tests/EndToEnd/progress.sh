#!/usr/bin/env bash
# Tests how far mm-loss says it has come: on a terminal, in a log, and not at all.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

head -n 300 names.txt >"$directory/text"
cd "$directory"
mm-count text >counts
mm-gpt -q --steps 1 --n-layer 1 --n-embd 8 --n-head 1 text >gpt
loss=$(mm-loss counts text | awk '$1 == "loss" { printf "%.4f", $2 }')

# slowly COMMAND...: runs it on a text that takes longer than a second to come.
slowly() { { cat text && sleep 1.2 && cat text; } | "$@"; }

for model in counts gpt; do
  run slowly mm-loss --progress "$model"
  grep -qE '^mm-loss: [36]00 lines  loss [0-9.]{6}$' "$err" || die "said with --progress: $(cat "$err")"
  cmp -s "$out" <(mm-loss "$model" text text) || die "--progress changes the summary"
done
run slowly mm-loss --progress counts
equals "mm-loss: 600 lines  loss $loss" "$(cat "$err")" "the loss so far"
succeeds slowly mm-loss counts
succeeds slowly mm-loss -q --progress counts
succeeds mm-loss --progress counts text

# What a terminal gets; an error begins a line of its own, and rows are not mixed with progress.
if command -v script >"$out" && script -qec true /dev/null </dev/null >"$out" 2>"$err"; then
  # typed COMMANDS: runs them on a terminal; by a file, because script's shell need not hand functions on.
  typed() {
    printf '%s\n' "$(declare -f slowly)" "$1" >typed.bash
    script -qec 'bash typed.bash' /dev/null </dev/null
  }
  shown=$'\r'"mm-loss: 600 lines  loss $loss"
  equals "$shown"$'\r' "$(typed 'slowly mm-loss counts >sum')" "a terminal"
  equals '' "$(typed 'slowly mm-loss -q counts >sum')" "a terminal, with -q"
  equals '' "$(typed 'mm-loss counts text >sum')" "a terminal, in less than a second"
  equals "$shown"$'\r\n'"mm-loss: -:601: the model does not know '9' (U+0039); --skip-unknown leaves such items out"$'\r' \
    "$(typed '{ slowly cat; sleep 0.1; echo 9; } | mm-loss counts >sum')" "an error after progress"
  equals "$(slowly mm-loss --per-line counts)" "$(typed 'slowly mm-loss --per-line counts' | tr -d '\r')" \
    "rows on a terminal"
else
  skip 'no script, so no terminal'
fi
