#!/usr/bin/env bash
# Tests what flows: losses while the input pauses, and names without end.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

echo bob | mm-count >"$directory/bob"

# Each line comes out before the next goes in; a tool that waits for more hangs here.
for option in --per-line '--per-line -z' '--per-line --skip-unknown'; do
  end=$'\n'
  case $option in *-z) end='' ;; esac
  # shellcheck disable=SC2086 # the options are words
  coproc mm-loss $option "$directory/bob"
  process=$COPROC_PID
  exec {in}>&"${COPROC[1]}" {from}<&"${COPROC[0]}"
  eval "exec ${COPROC[1]}>&- ${COPROC[0]}<&-"
  for line in b bob bobob; do
    printf '%s' "$line" >&"$in"
    if [ -n "$end" ]; then printf '\n' >&"$in"; else printf '\0' >&"$in"; fi
    IFS=$'\t' read -r -d "$end" nll tokens found <&"$from"
    equals "$line" "$found" "the line that $option prints"
    equals $((${#line} + 1)) "$tokens" "the tokens that $option prints"
    [ "$nll" != 0 ] || die "no loss"
  done
  exec {in}>&-
  wait "$process" || die "$option ends with status $?"
  exec {from}<&-
done

# The lines before a bad one are not lost.
printf 'b\nx\n' >"$directory/text"
run mm-loss --per-line "$directory/bob" <"$directory/text"
equals 1 "$(wc -l <"$out" | tr -d ' ')" "lines before the bad one"
said 1 "mm-loss: -:2: the model does not know 'x' (U+0078); --skip-unknown leaves such items out"

# As many names as the reader wants.
mm-count names.txt >"$directory/counts"
mm-sample -n 5000 --seed 1 "$directory/counts" >"$directory/names"
for _ in 1 2 3; do
  { mm-sample -n inf --seed 1 "$directory/counts" 2>"$err" || echo $? >"$directory/status"; } |
    head -n 5000 | cmp - "$directory/names" || die "-n inf gives other names"
  [ ! -s "$err" ] || die "a reader that leaves is spoken of: $(cat "$err")"
  [ "$(cat "$directory/status")" = 141 ] || [ -n "$(trap -p PIPE)" ] || die "not ended by SIGPIPE"
done

# Names are scored as they come.
head -n 5000 < <(mm-sample -n inf --seed 1 "$directory/counts") |
  mm-loss --per-line "$directory/counts" | cut -f 3 | cmp - "$directory/names" ||
  die "the names that mm-loss prints"
