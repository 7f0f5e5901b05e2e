#!/usr/bin/env bash
# Tests what goes wrong: full disks, closed descriptors, readers that leave, odd and huge data.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

tools='mm-count mm-fit mm-sample mm-loss'
names=$PWD/names.txt
cd "$directory"
echo bob >bob
mm-count bob >model
mm-count --text bob >model.text
mm-count "$names" >counts
mm-fit --steps 0 model >bigram
before=$(printf '%s\n' *)

# work TOOL: a command line of the tool that succeeds and writes.
work() {
  case $1 in
    mm-count) command=(mm-count bob) ;;
    mm-fit) command=(mm-fit -q model) ;;
    mm-sample) command=(mm-sample model) ;;
    mm-loss) command=(mm-loss model bob) ;;
  esac
}

# to FILE COMMAND...: runs it with standard output there.
to() {
  local file=$1
  shift
  status=0
  : >"$out"
  "$@" 2>"$err" >"$file" || status=$?
}

# Output that cannot be written.
if [ -e /dev/full ]; then
  for tool in $tools; do
    work "$tool"
    for command in "${command[*]}" "$tool --help" "$tool --version" "$tool --help=man"; do
      read -r -a words <<<"$command"
      to /dev/full "${words[@]}"
      said 1 "$tool: standard output: No space left on device"
    done
  done
  run mm-fit -q --log /dev/full model
  said 1 'mm-fit: /dev/full: No space left on device'
  to /dev/full mm-sample -n inf counts
  said 1 'mm-sample: standard output: No space left on device'
  to /dev/full mm-loss --per-token counts "$names"
  said 1 'mm-loss: standard output: No space left on device'
else
  skip 'no /dev/full'
fi

# Closed descriptors; a file that is opened then must not be taken for them.
for tool in $tools; do
  work "$tool"
  status=0
  "${command[@]}" >&- 2>"$err" || status=$?
  said 1 "$tool: standard output: Bad file descriptor"
  status=0
  "$tool" --help >&- 2>"$err" || status=$?
  said 1 "$tool: standard output: Bad file descriptor"
  [ "$tool" != mm-loss ] || command=(mm-loss model -)
  [ "$tool" = mm-loss ] || command=("$tool")
  status=0
  "${command[@]}" <&- >"$out" 2>"$err" || status=$?
  said 1 "$tool: -: Bad file descriptor"
  work "$tool"
  "${command[@]}" <&- 2>&- >"$out" || die "$tool fails with all but standard output closed"
  [ -s "$out" ] || die "$tool writes nothing with all but standard output closed"
done
status=0
mm-fit -q --log log model >&- 2>"$err" || status=$?
said 1 'mm-fit: standard output: Bad file descriptor'
equals $'step\tloss' "$(head -n 1 log)" 'a log beside a closed output'
rm log

# Directories and files that are not there.
fails 'mm-count: .: Is a directory' mm-count .
fails 'mm-count: .: Is a directory' mm-count --merge .
fails 'mm-fit: .: Is a directory' mm-fit .
fails 'mm-sample: .: Is a directory' mm-sample .
fails 'mm-loss: .: Is a directory' mm-loss . bob
fails 'mm-loss: .: Is a directory' mm-loss model .
for tool in $tools; do
  fails "$tool: absent: No such file or directory" "$tool" absent
  [ "$tool" = mm-loss ] || fails "$tool: -: Is a directory" "$tool" <.
done

# A reader that leaves. The output must be longer than a pipe holds.
if [ -z "$(trap -p PIPE)" ]; then # not ignored
  mm-count --order 4 "$names" >long
  for command in 'mm-count --order 4' 'mm-count --merge long' 'mm-sample -n inf counts' \
    'mm-sample -n 100000 counts' 'mm-loss --per-line counts' 'mm-loss --per-token counts'; do
    read -r -a words <<<"$command"
    { status=0; "${words[@]}" <"$names" 2>"$err" || status=$?; echo $status >status; } |
      head -c 1 >"$out"
    equals 141 "$(cat status)" "the status of $command whose reader left"
    [ ! -s "$err" ] || die "said by $command whose reader left: $(cat "$err")"
    {
      status=0
      (trap '' PIPE; exec "${words[@]}") <"$names" 2>"$err" || status=$?
      echo $status >status
    } | head -c 1 >"$out"
    status=$(cat status)
    said 1 "${words[0]}: standard output: Broken pipe"
  done
  rm long status
else
  skip 'SIGPIPE is ignored here, so no reader leaves'
fi

# Models where others are wanted.
cat model model.text >several
for command in 'mm-fit several' 'mm-sample several' 'mm-loss several bob'; do
  read -r -a words <<<"$command"
  fails "${words[0]}: several: holds several models where one is wanted" "${words[@]}"
  fails "${words[0]}: -: holds several models where one is wanted" "${words[@]/several/-}" <several
done
for command in mm-fit mm-sample 'mm-loss - bob' 'mm-count --merge'; do
  read -r -a words <<<"$command"
  fails "${words[0]}: -: is empty where a model is wanted" "${words[@]}" </dev/null
done

# The command line.
for tool in $tools; do
  run "$tool" --no-such-option
  misused "$tool" "unrecognized option '--no-such-option'"
done
run mm-fit model bob
misused mm-fit "extra operand 'bob'"
run mm-sample model -n5 bob
misused mm-sample "extra operand 'bob'"
succeeds mm-sample -n5 --seed 1 model
mv "$out" five
for options in '-n 5' '--count=5' '--count 5' '--cou 5'; do
  read -r -a words <<<"$options"
  succeeds mm-sample model --seed=1 "${words[@]}"
  same five "$out" "mm-sample $options after an operand"
done
succeeds mm-sample --seed=1 -n5 - <model
same five "$out" '-'
cp model ./-n5
succeeds mm-sample --seed=1 -n5 -- -n5
same five "$out" 'an operand after --'
rm ./-n5

# The environment changes nothing.
for setting in POSIXLY_CORRECT=1 LC_ALL=C LC_ALL=C.UTF-8 LC_ALL=de_DE.UTF-8 LC_ALL=tr_TR LANG=xx; do
  succeeds env "$setting" mm-sample model --seed=1 -n 5
  same five "$out" "mm-sample under $setting"
  printf 'zoë\n' | LC_ALL=C mm-count --text >expected
  printf 'zoë\n' | env "$setting" mm-count --text - | cmp - expected || die "mm-count under $setting"
  mm-fit -q --text model >expected
  env "$setting" mm-fit -q model --text | cmp - expected || die "mm-fit under $setting"
done

# How lines end.
for text in 'bob\nbob' 'bob\r\nbob\r\n' '\nbob\n\n\r\nbob\r\n\n'; do
  # shellcheck disable=SC2059 # the format is the text
  printf "$text" | mm-count --text | cmp - <(sed '/^[^#]/s/1/2/g' model.text) || die "lines as in $text"
done
printf 'bob\0\0bob' | mm-count -z | cmp - <(printf 'bob\nbob\n' | mm-count) || die '-z'
printf 'b\rb\n' | mm-count --text | grep -qF '\r' || die 'a carriage return inside a line is data'

# Characters that could be mistaken, through everything.
{
  for ((i = 1; i < 32; i++)); do
    # shellcheck disable=SC2059 # the format is the character
    [ $i -eq 10 ] || printf "\\$(printf %03o $i)"
  done
  printf '.# \\\177\302\205é😀\n...\n###\n   \n\\n\\.\n😀\n'
} >text
mm-count text >odd
mm-count --text text >odd.text
mm-count --merge odd.text | cmp - odd || die 'odd characters in the text form'
mm-count --merge --text odd | cmp - odd.text || die 'odd characters in the binary form'
mm-count --merge odd odd.text | cmp - <(mm-count text text) || die 'odd characters merged'
mm-loss --per-line odd text | cut -f 3- | cmp - text || die 'odd characters scored'
mm-loss --per-line odd.text text | cut -f 3- | cmp - text || die 'odd characters scored by text'
mm-sample -n 500 --seed 1 odd >drawn
mm-sample -n 500 --seed 1 odd.text | cmp - drawn || die 'odd characters drawn'
mm-fit -q --steps 50 odd.text | mm-sample -n 50 >drawn.fit
for drawn in drawn drawn.fit; do
  mm-loss --smooth 1 odd "$drawn" >"$out" || die 'the odd characters that were drawn are not known'
done
succeeds mm-sample -n 1 --prompt $'.# \\😀\t' --max-length 6 --smooth 1 odd
equals $'.# \\😀\t' "$(cat "$out")" 'an odd prompt'
printf 'a\nb\0\0' | mm-count -z >odd
equals $'a\nb' "$(mm-sample -z -n 1 odd --prompt $'a\nb' | tr -d '\0')" 'items that hold newlines'

# Counts near 2^63.
# near A B: a table over one character, where .a is A and a. is B.
near() {
  printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t2\t2\n#\t.\ta\n.\t0\t%s\na\t%s\t1\n' "$1" "$2"
}
near 9223372036854775806 9223372036854775807 >big
printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t2\t2\n#\t.\ta\n.\t0\t1\na\t0\t0\n' >one
mm-count --merge --text big one >sum
near 9223372036854775807 9223372036854775807 | cmp - sum || die 'a sum just below 2^63'
fails 'mm-count: one: a count overflows 64 bits' mm-count --merge sum one
fails 'mm-count: sum: a count overflows 64 bits' mm-count --merge --text big sum
near 9223372036854775808 1 >over
fails 'mm-count: over:4: "9223372036854775808" is no I64 number' mm-count --merge over
equals 'a a a' "$(mm-sample -n 3 --seed 1 sum | paste -s -d ' ' -)" 'names from counts near 2^63'
equals 0 "$(echo a | mm-loss sum | awk '$1 == "nll" { print $2 }')" 'a loss from counts near 2^63'
succeeds mm-fit -q --steps 10 sum

# Merging over different vocabularies.
printf 'ac\n' | mm-count >ac
printf '😀b\n' | mm-count --text >b
mm-count --merge ac b | cmp - <(printf 'ac\n😀b\n' | mm-count) || die 'different vocabularies'
mm-count --merge b ac | cmp - <(printf 'ac\n😀b\n' | mm-count) || die 'different vocabularies, reversed'

# A vocabulary of 20,000 characters, and a line of 100 MB, in bounded memory.
ideographs 20000 1 | sed 's/$/a/' >wide
equals 20000 "$(sort -u wide | wc -l | tr -d ' ')" 'lines of a wide text'

# limited KILOBYTES COMMAND...: runs it with so much address space.
limited() {
  (ulimit -v "$1" && shift && exec "$@")
}
if limited 90000 mm-count bob >"$out" 2>"$err"; then
  # 20,000 characters: a list has what occurs, a table that is wanted does not fit.
  succeeds limited 90000 mm-count --order 3 wide
  mm-count wide >wide.counts
  run limited 90000 mm-fit wide.counts
  equals 1 "$status" 'the status of a table too large'
  grep -qE '^mm-fit: wide.counts: (a table of order 2 over 20000 characters and the boundary takes 3.2 GB, more than|out of memory: the table takes 3.2 GB)' "$err" ||
    die "a table of 3.2 GB: $(cat "$err")"

  # Counts that outgrow a limit end in one line, with the number of n-grams.
  awk 'BEGIN { srand(1); for (i = 0; i < 300000; i++) { s = ""; for (j = 0; j < 9; j++) s = s sprintf("%c", 97 + int(26 * rand())); print s } }' >random
  run limited 60000 mm-count --threads 1 --order 8 random
  equals 1 "$status" 'the status of counts beyond the memory'
  grep -qE '^mm-count: random(:[0-9]+)?: out of memory at [0-9]+ n-grams; try a lower --order' "$err" ||
    die "counts beyond the memory: $(head -n 3 "$err")"
  rm random wide.counts

  # A pipe of 100 MB takes no more than one of 1 MB, in one line or in many.
  repeat() {
    local i
    for ((i = 0; i < $1; i++)); do cat "$names"; done
  }
  repeat 440 | limited 90000 mm-count >sum || die 'memory grows with a pipe'
  repeat 440 | limited 90000 mm-loss counts >"$out" || die 'the memory of mm-loss grows with a pipe'
  equals $((231718 * 440)) "$(awk '$1 == "tokens" { print $2 }' "$out")" 'the tokens of 100 MB'
  repeat 440 | tr '\n' a | limited 90000 mm-count >sum || die 'memory grows with a line'
  repeat 440 | tr '\n' a | limited 90000 mm-loss sum - >"$out" || die 'mm-loss and a line of 100 MB'
  equals 1 "$(awk '$1 == "lines" { print $2 }' "$out")" 'lines of 100 MB'
  equals $((231718 * 440 + 1)) "$(awk '$1 == "tokens" { print $2 }' "$out")" 'the tokens of a line of 100 MB'
else
  skip 'no limit of address space here, so memory is not tested'
fi

# A terminal as output.
# typed COMMAND: what it writes to a terminal, and its status in the last line.
if command -v script >"$out" && script -qec true /dev/null </dev/null >"$out" 2>"$err"; then
  typed() { script -qec "$1 2>$err; echo \$?" /dev/null </dev/null | tr -d '\r'; }
elif command -v python3 >"$out"; then
  typed() {
    python3 -c 'import pty, sys; pty.spawn(["sh", "-c", sys.argv[1]])' "$1 2>$err; echo \$?" \
      </dev/null | tr -d '\r'
  }
else
  typed() { :; }
  skip 'neither script nor python3, so no terminal'
fi
if [ -n "$(typed 'echo')" ]; then
  for command in 'mm-count bob' 'mm-count --merge model' 'mm-fit -q model' 'mm-loss --tensor model bob'; do
    status=$(typed "$command")
    said 1 "${command%% *}: standard output: a binary model is not written to a terminal; use --text, or redirect it to a file"
    equals "$($command --text && echo 0)" "$(typed "$command --text")" "$command --text on a terminal"
  done
  equals "$(mm-sample --seed 1 model; echo 0)" "$(typed 'mm-sample --seed 1 model')" \
    'names on a terminal'
  equals "$(mm-loss model bob; echo 0)" "$(typed 'mm-loss model bob')" 'losses on a terminal'
fi

# Nothing is left behind.
rm -f text several five expected odd* drawn* big one sum over ac b format wide large
equals "$before" "$(printf '%s\n' * | grep -v '^standard-')" 'files that the tools left'
