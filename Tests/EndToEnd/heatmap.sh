#!/usr/bin/env bash
# Tests scripts/heatmap on models made here, and on those of the tools.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

heatmap=$PWD/scripts/heatmap
names=$PWD/names.txt
fixture=$PWD/Tests/Fixtures/heatmap.svg
cd "$directory"

# has FILE TEXT
has() {
  grep -qF -- "$2" "$1" || die "$1 lacks: $2"
}

# refuses DIAGNOSTIC [FILE]
refuses() {
  fails "heatmap: $1" "$heatmap" "${@:2}"
}

# refuses_altered SED DIAGNOSTIC: what sed makes of a good model is refused.
refuses_altered() {
  sed "$1" "${3-small}" >altered
  refuses "altered: $2" altered
}

# A table with the largest count, and one of 10,000.
printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t3\t3\n#\t.\tb\to\n' >bob
printf '.\t0\t30\t0\nb\t30\t0\t5438\no\t0\t0\t9223372036854775807\n' >>bob
sed 's/9223372036854775807/4502/' bob >small

# Logits, some of which exp cannot take.
printf '#mm\t1\tbigram\n#tensor\tweight\tF32\t3\t3\n#\t.\tb\to\n' >fit
printf '.\t0\t0.5\t-1\nb\t0.1\t1e-40\t-0\no\t3.4e+38\t0\t0\n' >>fit

# A vocabulary in need of every escape, in labels and in XML.
printf '%s\0' $'\t' $'\037' ' ' '"' '#' . '<' \\ é 😀 | mm-count -z --text >odd

# The empty model, and one whose cells hold no text.
mm-count --text </dev/null >empty
awk 'BEGIN {
  print "#mm\t1\tcounts\n#tensor\tcounts\tI64\t60\t60"
  for (i = 0; i < 60; i++) label[i] = i ? sprintf("%c", i + 64) : "."
  label[28] = "\\\\"
  printf "#"
  for (i = 0; i < 60; i++) printf "\t%s", label[i]
  for (i = 0; i < 60; i++) {
    printf "\n%s", label[i]
    for (j = 0; j < 60; j++) printf "\t%d", i * j
  }
  print ""
}' >large

# Whichever the awk, the bytes are the same, and they are XML.
mm-count --text "$names" >list
for model in bob small fit odd empty large list; do
  succeeds "$heatmap" "$model"
  cp "$out" "$model.svg"
  succeeds "$heatmap" --ansi "$model"
  cp "$out" "$model.ansi"
done
same "$fixture" list.svg "the picture of names.txt"
for tool in mawk gawk busybox original-awk; do
  found=$(command -v "$tool") || continue
  mkdir "$tool"
  ln -s "$found" "$tool/awk"
  if ! "$tool/awk" 'BEGIN { exit exp(0) != sqrt(1) }' 2>"$err"; then
    skip "$tool has no exp or no sqrt"
    continue
  fi
  for model in bob small fit odd empty large list; do
    PATH=$PWD/$tool:$PATH succeeds "$heatmap" - <"$model"
    same "$out" "$model.svg" "$tool draws $model otherwise"
    PATH=$PWD/$tool:$PATH succeeds "$heatmap" --ansi - <"$model"
    same "$out" "$model.ansi" "$tool draws $model otherwise in a terminal"
  done
done
well_formed *.svg

# What the picture says.
has small.svg '>Bigram counts</text>'
has small.svg '>10,000 bigrams; &quot;.&quot; is the start and the end of an item</text>'
has small.svg '>first letter</text>'
has small.svg '>second letter</text>'
has small.svg '<title>.b: 30 (0.30 %)</title>'
has small.svg '<title>bo: 5438 (54.38 %)</title>'
has small.svg '<title>..: 0 (0 %)</title>'
has small.svg 'square-root scale'
has bob.svg '<title>oo: 9223372036854775807 (100.00 %)</title>'
has bob.svg '>9.2E</text>'
has fit.svg '>Bigram probabilities</text>'
has fit.svg '<title>.b: 54.65 %</title>' # e^0.5 / (1 + e^0.5 + e^-1)
has fit.svg '<title>bo: 32.20 %</title>' # 1 / (2 + e^0.1)
has fit.svg '<title>o.: 100.00 %</title>'
has odd.svg '<title>\t.: '
has odd.svg '<title>\u{1F}\t: '
has odd.svg '<title>&lt;\\: '
has odd.svg '<title>\s&quot;: '
has odd.svg '<title>\#\.: '
has odd.svg '<title>é😀: '
equals 9 "$(grep -c '<title>' bob.svg)" "the titles of 9 cells"
equals 3600 "$(grep -c '<title>' large.svg)" "the titles of 3600 cells"
equals 9 "$(wc -l <bob.ansi | tr -d ' ')" "the lines of 3 rows and 6 others"
equals 22 "$(wc -l <odd.ansi | tr -d ' ')" "the lines of 11 rows, 6 of labels and 5 others"

# What the tools write; what an editor may add changes nothing.
mm-count "$names" >counts
mm-count --merge --text counts | succeeds "$heatmap"
same "$out" list.svg "the picture of counts that were converted"
{ printf '\357\273\277' && sed $'s/$/\r/' list; } | succeeds "$heatmap"
same "$out" list.svg "the picture of a model in CRLF"
mm-fit --text counts | succeeds "$heatmap"
has "$out" '<title>qu: 74.71 %<'

# Of many characters the most frequent are shown, and the others together: nothing is lost.
total() { grep -o '<title>[^<]*' "$1" | awk '{ sum += $(NF - 2) } END { print sum }'; }
LC_ALL=C awk 'BEGIN {
  for (i = 0; i < 2000; i++)
    for (j = 0; j <= i % 50; j++)
      printf "\344%c%c%s\n", 184 + int(i / 64) % 8, 128 + i % 64, i % 3 ? "a" : "\360\237\230\200"
}' >many
mm-count --text many >many.counts
for top in 1 5 26 64; do
  for model in list many.counts; do
    succeeds "$heatmap" --top $top $model
    cp "$out" top.svg
    equals "$(awk -F '\t' '!/^#/ { for (i = 2; i <= NF; i++) sum += $i } END { print sum }' $model)" \
      "$(total top.svg)" "all bigrams of $model"
    [ "$(wc -c <top.svg)" -lt 1000000 ] || die "a picture of $(wc -c <top.svg) bytes"
  done
done
has top.svg '; the 64 most frequent of '
has top.svg '>rest</text>'
has top.svg '<title>😀.: '
mm-fit --text counts 2>/dev/null | "$heatmap" --top 3 >top.svg
has top.svg '; the 3 most frequent of 26 characters, the others as rest<'
has top.svg '<title>rest.: '

# What is not a model in the text form, or has no bigrams.
convert="mm-count and mm-fit write it with --text, and mm-count --merge --text converts counts"
refuses '-: empty input; expected a model of mm-count or mm-fit' </dev/null
refuses "counts: not a model in the text form; $convert" counts
refuses "$names: not a model in the text form; $convert" "$names"
refuses "none: No such file or directory" none
refuses ".: Is a directory" .
printf '#mm\t1\tgpt\n#tensor\tx\tF32\t1\n0\n' >altered
refuses 'altered: a model of kind "gpt" has no bigrams; those of mm-count and mm-fit have' altered
for form in '#tensor\tcounts\tI64\t3\t3\t3' '#ngrams\t3\t4'; do
  refuses_altered "2s/.*/$form/" 'a model of order 3; a heatmap needs order 2'
done
refuses_altered $'2s/3\t3/20000\t20000/' 'a table of 20000 tokens; a heatmap reads at most 1024'
refuses_altered '2s/.*/#ngrams\t2\t4/' '"." is not the labels of two tokens, a tab and a count'
for top in 0 1001 x ''; do
  run "$heatmap" --top "$top" list
  said 2 "heatmap: option '--top': '$top' is not a whole number, 1 to 1000
Try 'scripts/heatmap --help' for more information."
done

# Bad models.
refuses_altered $'1s/1/2/' 'a model of version "2"; version 1 is known'
refuses_altered '2s/I64/F32/' 'a tensor of type F32, not I64'
refuses_altered $'2s/3\t3/3\t2/' 'a table that is not square'
refuses_altered $'2s/3\t3/x\tx/' 'a shape that is not a positive integer'
refuses_altered $'3s/\tb//' 'a table of 3 columns with 2 labels'
refuses_altered '3d' 'a table without labels'
refuses_altered "s/b/$(printf '\377')/" 'labels that are not UTF-8, or not escaped'
refuses_altered 's/^b/x/' 'row 2 is labelled "x", its column "b"'
refuses_altered $'s/\t5438//' 'row "b" has 2 numbers; expected 3'
refuses_altered 's/5438/-5438/' 'the count of "bo" is "-5438"'
refuses_altered 's/0\.5/nan/' 'the weight of ".b" is "nan"' fit
refuses_altered "\$p" 'more than the 3 rows that its shape names'
refuses_altered "\$d" 'truncated: 2 of 3 rows'
refuses_altered "2,\$d" 'truncated: the tensor "counts" is missing'
cat small bob >altered
refuses 'altered: more than one model; one is wanted' altered
bytes=$(wc -c <small)
for ((cut = 1; cut < bytes; cut += 5)); do
  head -c "$cut" small >altered
  [ "$(tail -c 1 altered | wc -l)" -eq 0 ] || continue
  refuses 'altered: truncated: the last line has no end' altered
done

# The command line, and results that cannot be written.
hint="Try 'scripts/heatmap --help' for more information."
run "$heatmap" --color
said 2 "heatmap: unknown option '--color'"$'\n'"$hint"
run "$heatmap" a b
said 2 "heatmap: extra operand 'b'"$'\n'"$hint"
succeeds "$heatmap" --help
equals 'Usage: scripts/heatmap [--ansi] [--top K] [MODEL]' "$(head -n 1 "$out")" "--help"
if [ -e /dev/full ]; then
  for argument in --help --ansi --; do
    if "$heatmap" "$argument" <bob >/dev/full 2>"$err"; then
      die "a full disk is not an error with $argument"
    fi
    has "$err" 'heatmap: write error: No space left on device'
  done
else
  skip "no /dev/full"
fi
if "$heatmap" <bob >&- 2>"$err"; then die "a closed output is not an error"; fi
[ -s "$err" ] || die "a closed output goes unsaid"
if [ -z "$(trap -p PIPE)" ]; then # not ignored
  { "$heatmap" large 2>"$err" || echo $? >status; } | head -c 9 >"$out"
  equals 141 "$(cat status)" "the status after a reader has left"
  [ ! -s "$err" ] || die "a reader that leaves is spoken of: $(cat "$err")"
fi
