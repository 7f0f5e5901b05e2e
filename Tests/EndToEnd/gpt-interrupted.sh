#!/usr/bin/env bash
# Tests what interrupts mm-gpt: kill -9 at any moment, INT and TERM, full disks, readers that leave.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

head -n 500 names.txt >"$directory/names"
cd "$directory"
options=(-q --n-layer 1 --n-head 2 --n-embd 16 --batch-size 8 --holdout 20)

# wait_until COMMAND...: tries until it succeeds, as long as the process runs.
wait_until() {
  until "$@"; do
    kill -0 "$process" 2>notice || "$@" || die "waited in vain for $*: $(cat "$err")"
    sleep 0.01
  done
}

# ends STATUS PROCESS: it ends so.
ends() {
  status=0
  { wait "$2" || status=$?; } 2>notice # the shell's own, of the job
  equals "$1" "$status" "the status of an interrupted run"
}

# Killed at random moments, and gone on with until it ends.
long=("${options[@]}" --steps 400 --checkpoint-every 3)
succeeds mm-gpt "${long[@]}" --checkpoint run names
mv "$out" whole
mv run whole.run
RANDOM=17
kills=0
resumed=0
while [ $resumed -lt 20 ]; do
  rm -f run run.tmp
  command=(mm-gpt "${long[@]}" --checkpoint run names)
  while :; do
    "${command[@]}" >result 2>"$err" &
    process=$!
    # Ever later, so that a run comes to its end on a slow machine too.
    sleep "$(awk -v kills=$kills -v random=$RANDOM \
      'BEGIN { printf "%.3f", random / 32768 * (0.1 + kills / 200) }')"
    if kill -9 $process 2>killed && status=0 && { wait $process 2>killed || status=$?; } &&
      [ $status -eq 137 ]; then
      kills=$((kills + 1))
    else
      wait $process 2>killed || die "status $? from ${command[*]}: $(cat "$err")"
      break
    fi
    [ ! -s result ] || cmp -n "$(wc -c <result)" result whole || die 'other bytes before a kill'
    if [ -e run ]; then
      mm-loss run names >"$out" || die 'a checkpoint that is not whole after a kill'
      command=(mm-gpt -q --resume run --checkpoint-every 3 names)
      resumed=$((resumed + 1))
    fi
  done
  [ ! -s "$err" ] || die "said by a resumed run: $(cat "$err")"
  same whole result "a run that was killed and resumed ($kills kills)"
  same whole.run run "the last checkpoint of a run that was killed and resumed ($kills kills)"
done

# INT and TERM write the checkpoint and end the tool by the signal; what was done is not lost.
# Job control gives a background process the default action of INT, which it would else ignore.
set -m
endless=("${options[@]}" --steps 1000000 --log log --checkpoint run)
for signal in INT TERM; do
  rm -f run log
  mm-gpt "${endless[@]}" names >result 2>"$err" &
  process=$!
  wait_until grep -qs '^20	' log
  kill -$signal $process
  case $signal in
    INT) ends 130 $process ;;
    TERM) ends 143 $process ;;
  esac
  [ ! -s result ] || die "data on standard output after $signal"
  [ ! -s "$err" ] || die "said after $signal: $(cat "$err")"
  mm-loss run names >"$out" || die "no checkpoint after $signal"
  [ ! -e run.tmp ] || die "a temporary file after $signal"
  step=$(LC_ALL=C grep -aoE '\\"step\\":[0-9]+' run | grep -oE '[0-9]+')
  [ "$step" -ge 20 ] || die "the checkpoint after $signal is of step $step"
done

# Stopped once, and gone on with: the same end. The run is too long to be over before the signal.
longer=("${options[@]}" --steps 20000)
succeeds mm-gpt "${longer[@]}" names
mv "$out" whole
rm -f run log
mm-gpt "${longer[@]}" --log log --checkpoint run names >result 2>"$err" &
process=$!
wait_until grep -qs '^10	' log
kill -TERM $process
ends 143 $process
mm-gpt -q --resume run names | cmp - whole || die 'a run that was stopped and resumed'

# A signal that was ignored at the start stays ignored.
rm -f run log
(trap '' INT TERM && exec mm-gpt "${longer[@]}" --checkpoint run --log log names) >result 2>"$err" &
process=$!
wait_until grep -qs '^10	' log
kill -INT $process
kill -TERM $process
ends 0 $process
same whole result 'a run that ignores signals'
mm-gpt -q --resume run names | cmp - whole || die 'a run that was done, resumed'

# After the last step too: a reader that does not read holds nobody up.
rm -f run
mkfifo slow
mm-gpt --n-layer 1 --n-embd 64 --steps 1 --checkpoint run names >slow 2>"$err" &
process=$!
exec {reader}<slow
wait_until [ -e run ]
sleep 0.2
status=0
{ kill -TERM $process && wait $process || status=$?; } 2>notice
equals 143 "$status" 'the status of a tool that waits for its reader'
exec {reader}<&-
rm slow
set +m

# full LIMIT COMMAND...: runs it where no file may have more than LIMIT blocks of 512 bytes or 1 kB.
full() {
  (trap '' XFSZ && ulimit -f "$1" && shift && exec "$@")
}

# A disk that is full at a checkpoint. `run` writes what is said to files, which are small.
rm -f run
run full 1 mm-gpt "${long[@]}" --checkpoint run names
said 1 'mm-gpt: run: File too large; no step was saved'
if [ -e run ] || [ -e run.tmp ]; then die 'a piece of a checkpoint'; fi
rm -f log
mm-gpt "${longer[@]}" --log log --checkpoint run names >result 2>"$err" &
process=$!
wait_until grep -qs '^10	' log
kill -TERM $process
ends 143 $process
step=$(LC_ALL=C grep -aoE '\\"step\\":[0-9]+' run | grep -oE '[0-9]+')
cp run before
run full 1 mm-gpt -q --resume run --checkpoint-every 1 names
said 1 "mm-gpt: run: File too large; run holds the run at step $step"
same before run 'the checkpoint before a full disk'
run full 1 mm-gpt -q --resume run --checkpoint other --checkpoint-every 1 names
said 1 'mm-gpt: other: File too large; no step was saved'
same before run 'the checkpoint beside another one'

# A disk that is full at the end, or for the log.
if [ -e /dev/full ]; then
  status=0
  mm-gpt -q --resume run names >/dev/full 2>"$err" || status=$?
  said 1 'mm-gpt: standard output: No space left on device; run holds the run at step 20000'
  mm-gpt -q --resume run names | cmp - whole || die 'a run whose end was not written'
  status=0
  mm-gpt "${options[@]}" --steps 1 names >/dev/full 2>"$err" || status=$?
  said 1 'mm-gpt: standard output: No space left on device'
  cp before run
  run mm-gpt -q --resume run --log /dev/full names
  said 1 "mm-gpt: /dev/full: No space left on device; run holds the run at step $step"
  run mm-gpt "${options[@]}" --log /dev/full names
  said 1 'mm-gpt: /dev/full: No space left on device'
else
  skip 'no /dev/full'
fi

# Nobody reads.
if [ -z "$(trap -p PIPE)" ]; then
  { status=0; mm-gpt "${options[@]}" --n-embd 64 --steps 1 names 2>"$err" || status=$?; echo $status >status; } |
    true
  equals 141 "$(cat status)" 'the status of a tool that nobody reads'
  [ ! -s "$err" ] || die "said where nobody reads: $(cat "$err")"
fi
