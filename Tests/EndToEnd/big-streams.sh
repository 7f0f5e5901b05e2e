#!/usr/bin/env bash
# Tests that much of one thing is as good as little of it: memory stays, and what is written is right.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

cp names.txt "$directory"
cd "$directory"
mm-count names.txt >counts
mm-count --order 6 names.txt >list

# A million lines of nothing, and of one letter.
head -n 1000000 < <(yes '') >empty
mm-count empty | cmp - <(mm-count </dev/null) || die 'counts of empty lines'
fails 'mm-loss: no items to score' mm-loss counts empty
succeeds mm-loss --per-line counts empty
[ ! -s "$out" ] || die 'losses of empty lines'
fails 'mm-gpt: no items to train on' mm-gpt -q empty
{ cat empty && printf 'ab\n\xFFa\n'; } >bad
run mm-count bad
[ "$status" = 1 ] && grep -q '^mm-count: bad:1000002: invalid UTF-8' "$err" ||
  die "a line is not found: $(cat "$err")"

head -n 1000000 < <(yes a) >letters
equals $'.a\t1000000 a.\t1000000' "$(mm-count --rows letters | xargs -d '\n')" 'counts of letters'
mm-count --order 6 letters | cmp - <(printf 'a\t1000000\n' | mm-count --order 6 --weighted) ||
  die 'counts of order 6 of letters'
for model in counts list; do
  equals "$(printf 'a\t1000000\n' | mm-loss --weighted --smooth kn $model | sed -n '2,3p')" \
    "$(mm-loss --smooth kn $model letters | sed -n '2,3p')" 'tokens and lines of letters'
done
equals "$(mm-sample --seed 1 -n 9 --exclude letters counts)" \
  "$(mm-sample --seed 1 -n 9 --exclude <(echo a) counts)" 'a million times the same item excluded'

# One line, of ten million characters.
{ head -c 10000000 <(yes names | tr -d '\n') && echo; } >line
equals $'.n\t1 am\t2000000 es\t2000000 me\t2000000 na\t2000000 s.\t1 sn\t1999999' \
  "$(mm-count --rows line | xargs -d '\n')" 'counts of a long line'
equals $'tokens\t10000001 lines\t1' \
  "$(mm-loss --smooth kn list line | sed -n '2,3p' | xargs -d '\n')" 'losses of a long line'
equals 10000001 "$(mm-loss --per-token --smooth kn list line | wc -l | tr -d ' ')" 'tokens of a long line'

# Counts beyond 2^32. Where all are 2^40 times as many, the probabilities are the same.
sed 's/$/\t1099511627776/' names.txt >weighted
for order in 2 6; do
  mm-count --order $order names.txt >small
  mm-count --order $order --weighted weighted >large
  mm-count --merge large large >twice
  equals "$(mm-count --merge --rows small | awk '{ print $2 }' | sort -n | tail -n 1)" \
    "$(mm-count --merge --rows large | awk '{ print $2 / 2 ^ 40 }' | sort -n | tail -n 1)" 'the largest count'
  for model in large twice; do
    cmp <(mm-sample --seed 1 -n 1000 small) <(mm-sample --seed 1 -n 1000 $model) || die 'other items'
    cmp <(mm-loss small names.txt) <(mm-loss $model names.txt) || die 'other losses'
  done
done

# What flows by takes no memory: 2 MB and 60 MB have the same peak.
[ -r /proc/self/status ] || exit 0
for ((i = 0; i < 260; i++)); do cat names.txt; done >long
head -c 2000000 long | sed '$d' >short
mkfifo pipe
# peak TEXT COMMAND...: the memory of a command, in kB, once it has taken a text and waits for more.
peak() {
  local text=$1
  shift
  "$@" <pipe >"$out" &
  exec 3>pipe
  cat "$text" >&3
  awk '/^VmHWM/ { print $2 }' "/proc/$!/status"
  exec 3>&-
  wait $!
}
for command in 'mm-count' 'mm-count --order 6' 'mm-loss counts' 'mm-loss --smooth kn list' \
  'mm-loss --per-line counts'; do
  # shellcheck disable=SC2086 # the command is words
  peaks=$(peak short $command && peak long $command)
  [ $((${peaks#*$'\n'} - ${peaks%$'\n'*})) -lt 4000 ] ||
    die "$command takes ${peaks/$'\n'/, of more text } kB"
done
