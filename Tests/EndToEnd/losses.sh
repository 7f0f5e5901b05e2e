#!/usr/bin/env bash
# Tests that the losses of pieces add up to those of the whole, and that rows can be joined with the input.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

{
  head -n 5000 names.txt
  printf 'zoë\n\nqqq\nanna\n'
} >"$directory/text"
mm-count names.txt >"$directory/counts"
cd "$directory"

score() { mm-loss --skip-unknown "$@"; }
split -n l/6 text piece.
score counts text >whole
for form in '' --text; do
  for piece in piece.*; do
    # shellcheck disable=SC2086 # no word where there is no form
    score --tensor $form counts "$piece" >"losses.$piece"
  done
  mm-loss --merge losses.piece.* | cmp - whole || die "the sum of files"
  cat losses.piece.* | mm-loss --merge | cmp - whole || die "the sum of a stream"
  mm-loss --merge --per-line losses.piece.* | cmp - <(score --per-line counts text | cut -f 1,2) ||
    die "the rows of pieces"
done
grep -qx 'skipped	1' whole || die "the line that was left out"
score --tensor --text counts text | grep -x '#meta	mm\.skipped	1' >found || die "its number in a model"
score --tensor counts /dev/null | mm-loss --merge losses.piece.* - | cmp - whole || die "an empty piece"

# Lines that are left out have no row; the numbers say which they are, over all files.
mm-loss --skip-unknown --per-line --number counts text text >numbered
cut -f 2- numbered | cmp - <(mm-loss --skip-unknown --per-line counts text text) || die "the rows"
equals '5003 qqq 5004 anna 5005 emma' "$(sed -n '5001,5003p' numbered | cut -f 1,4 | tr '\t\n' '  ' | sed 's/ $//')" \
  "the numbers of lines"
equals '' "$(awk -F '\t' 'NR == FNR { line[FNR] = $0; next } line[($1 - 1) % 5004 + 1] != $4' text numbered)" \
  "the lines of the numbers"

# What no losses are.
fails 'mm-loss: counts: a model of kind counts where losses are wanted; mm-loss --tensor makes them' \
  mm-loss --merge counts
printf '#mm\t1\tlosses\n#tensor\tnll\tF64\t2\n1\tinf\n#tensor\ttokens\tI64\t2\n3\t2\n' >two
succeeds mm-loss --merge two
equals 1 "$(awk '$1 == "zeros" { print $2 }' "$out")" "the zeros"
alter() { sed "$1" two >altered; }
alter 's/inf/nan/'
fails 'mm-loss: altered: item 2 has a loss of nan, not 0 or more' mm-loss --merge altered
alter 's/inf/-1/'
fails 'mm-loss: altered: item 2 has a loss of -1, not 0 or more' mm-loss --merge altered
alter $'s/3\t2/3\t0/'
fails 'mm-loss: altered: item 2 has 0 tokens, fewer than 1' mm-loss --merge altered
alter $'2i#meta\tmm\\\\.skipped\t-1'
fails 'mm-loss: altered: mm.skipped is "-1", not a whole number, 0 or more' mm-loss --merge altered
alter $'s/3\t2/9223372036854775807\t2/'
run mm-loss --merge altered
[ "$status" -eq 1 ] || die "status $status where tokens overflow"
mm-loss --tensor counts /dev/null >nothing
fails 'mm-loss: no items to score' mm-loss --merge nothing
run mm-loss --number counts text
misused mm-loss "--number goes with --per-line; --per-token has the number anyway"
run mm-loss --merge --smooth 1 two
misused mm-loss "--merge scores no text: --smooth does not go with it"
