#!/usr/bin/env bash
# Tests that counting pieces and merging them, however it is done, is counting the whole.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

# The names, some with characters that few pieces have, and a last line without its newline.
{
  cat names.txt
  printf 'zoë\nÅsa\n\nlaïs\r\n😀.# \\\n'
  head -n 999 names.txt
  printf 'ω'
} >"$directory/text"
cd "$directory"

for order in 2 3; do
  mm-count --order $order text >whole
  mm-count --order $order --text text >whole.text
  mm-count --merge whole.text | cmp - whole || die "the text form does not hold the counts"
  mm-count --merge --text whole | cmp - whole.text || die "the binary form does not hold the counts"

  rm -f piece.*
  split -n l/7 text piece.
  equals 'aa ab ac ad ae af ag' "$(printf '%s\n' piece.* | cut -d . -f 2 | paste -s -d ' ' -)" "pieces"
  mm-count --order $order piece.* | cmp - whole || die "counting the pieces one after the other"
  cat piece.* | mm-count --order $order | cmp - whole || die "counting the concatenation"

  # Several at once, every other in the text form.
  # shellcheck disable=SC2016 # the dollars are the inner shell's
  printf '%s\n' piece.?? | xargs -P 2 -n 1 sh -c '
    case $1 in
      *[aceg]) mm-count --order "$0" "$1" ;;
      *) mm-count --order "$0" --text "$1" ;;
    esac >"$1.counts"' $order
  mm-count --merge piece.*.counts | cmp - whole || die "merging files"
  cat piece.*.counts | mm-count --merge | cmp - whole || die "merging one stream of both forms"
  cat piece.ab.counts piece.ac.counts |
    mm-count --merge piece.ag.counts piece.af.counts - piece.ae.counts piece.ad.counts \
      piece.aa.counts | cmp - whole || die "merging in another order"
  mm-count --merge piece.a[abc].counts >first
  mm-count --merge --text piece.a[defg].counts >second
  mm-count --merge second first | cmp - whole || die "merging sums"
  mm-count --order $order </dev/null | mm-count --merge whole - | cmp - whole ||
    die "the empty model is not nothing"
done

# Threads, on a file that is worth several, and pipes.
for ((i = 0; i < 80; i++)); do cat text; done >large
{ printf '\n'; head -c 3000000 /dev/zero | tr '\0' 'a'; printf 'é\r\n'; } >>large
# Lines of eight bytes: wherever a file is cut at a power of two, a line begins there.
awk 'BEGIN { for (i = 0; i < 1200000; i++) printf "%07d\n", i }' >aligned
mm-count --threads 1 aligned >whole
mm-count --threads 3 aligned | cmp - whole || die "threads and lines that begin where parts do"
for order in 2 3; do
  mm-count --order $order --threads 1 large >whole
  for threads in 2 3 8; do
    mm-count --order $order --threads $threads large | cmp - whole || die "$threads threads"
    mm-count --order $order --threads $threads <large | cmp - whole ||
      die "$threads threads, standard input"
  done
  # shellcheck disable=SC2002 # a pipe is what is tested
  cat large | mm-count --order $order | cmp - whole || die "a pipe"
  dd if=large bs=4093 2>"$err" | mm-count --order $order | cmp - whole || die "a pipe in pieces"
done

# One byte at a time.
{ head -n 300 text; tail -n 1005 text | sed -n 1,100p; } >small
mm-count small >whole
mm-count --text small >whole.text
dd if=small bs=1 2>"$err" | mm-count | cmp - whole || die "text byte by byte"
mm-loss --per-token whole small >losses
dd if=small bs=1 2>"$err" | mm-loss --per-token whole | cmp - losses || die "losses byte by byte"
mm-loss whole small >losses
dd if=small bs=1 2>"$err" | mm-loss whole | cmp - losses || die "a summary byte by byte"
for model in whole whole.text; do
  dd if=$model bs=1 2>"$err" | mm-count --merge | cmp - whole || die "a model byte by byte"
  dd if=$model bs=1 2>"$err" | mm-sample --seed 1 >"$out"
  mm-sample --seed 1 whole | cmp - "$out" || die "a model to sample from, byte by byte"
done
