#!/usr/bin/env bash
# Tests scripts/heatmap on models made here, byte by byte.
set -euo pipefail
cd "$(dirname "$0")/../.."

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
here=$PWD

die() {
  echo "heatmap.sh: $1" >&2
  exit 1
}

# Prints a number as BYTES bytes, the lowest first.
little() {
  local n=$1 i
  for ((i = 0; i < $2; i++)); do
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %03o $((n >> 8 * i & 255)))"
  done
}

# binary BYTES JSON NUMBER...: prints a safetensors model whose numbers take BYTES bytes each.
binary() {
  local bytes=$1 header=$2 n
  shift 2
  while ((${#header} % 8)); do header+=' '; done
  little ${#header} 8
  printf %s "$header"
  for n; do little "$n" "$bytes"; done
}

# header KIND NAME TYPE V BYTES VOCABULARY: prints the JSON of a V x V model; all is ASCII.
header() {
  printf '{"__metadata__":{"format":"pt","mm.kind":"%s","mm.version":"1",' "$1"
  printf '"mm.vocab":"%s"},' "$6"
  printf '"%s":{"dtype":"%s","shape":[%d,%d],"data_offsets":[0,%d]}}' "$2" "$3" "$4" "$4" \
    $(($4 * $4 * $5))
}

# refuses STATUS PATTERN ARGUMENT...: the script says so, in STATUS lines, and nothing else.
refuses() {
  local status=0 wanted=$1 pattern=$2
  shift 2
  scripts/heatmap "$@" >"$directory/out" 2>"$directory/err" || status=$?
  [ "$status" -eq "$wanted" ] || die "status $status, not $wanted, where '$pattern' is expected"
  [ ! -s "$directory/out" ] || die "data on standard output where '$pattern' is expected"
  grep -q -- "^heatmap: $pattern" "$directory/err" || die "$(cat "$directory/err"), not '$pattern'"
  [ "$(wc -l <"$directory/err")" -eq "$wanted" ] || die "not $wanted lines: $(cat "$directory/err")"
}

has() {
  grep -qF -- "$2" "$1" || die "$1 lacks: $2"
}

cd "$directory"

# The table of `bob` and another word, in both forms.
printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t3\t3\n#\t.\tb\to\n' >bob
printf '.\t0\t30\t0\nb\t30\t0\t5438\no\t0\t0\t9223372036854775807\n' >>bob
binary 8 "$(header counts counts I64 3 8 bo)" 0 30 0 30 0 5438 0 0 9223372036854775807 >bob.bin
sed 's/9223372036854775807/4502/' bob >small

# Logits: 0, 0.5, -1, 0.1, 1e-40, -0, 3.4e38, 0, 0 and their bits.
printf '#mm\t1\tbigram\n#tensor\tweight\tF32\t3\t3\n#\t.\tb\to\n' >fit
printf '.\t0\t0.5\t-1\nb\t0.1\t1e-40\t-0\no\t3.4e+38\t0\t0\n' >>fit
binary 4 "$(header bigram weight F32 3 4 bo)" 0x0 0x3F000000 0xBF800000 0x3DCCCCCD 0x116C2 \
  0x80000000 0x7F7FC99E 0 0 >fit.bin

# A vocabulary in need of every escape, in JSON, in labels and in XML.
printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t12\t12\n' >odd
labels='.\t\\u{0}\t\\t\t\\u{1F}\t\\s\t"\t\\#\t\\.\t<\t\\\\\t\303\251\t\360\237\230\200'
# shellcheck disable=SC2059 # the formats hold escapes
printf "#\t$labels\n" >>odd
numbers=()
for ((row = 1; row <= 12; row++)); do
  # shellcheck disable=SC2059
  printf "$labels\n" | cut -f "$row" | tr -d '\n' >>odd
  for ((column = 1; column <= 12; column++)); do
    numbers+=($((row * column * column)))
    printf '\t%d' $((row * column * column)) >>odd
  done
  echo >>odd
done
json='\u0000\t\u001f \"\u0023.\u003C\\\u00e9\uD83D\ude00'
binary 8 "$(header counts counts I64 12 8 "$json")" "${numbers[@]}" >odd.bin

# The empty model, and one whose cells hold no text.
printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t1\t1\n#\t.\n.\t0\n' >empty
binary 8 "$(header counts counts I64 1 8 '')" 0 >empty.bin
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

cd "$here"

# Both forms, whichever the awk, give the same bytes, which are XML.
for tool in awk mawk gawk busybox original-awk; do
  found=$(command -v "$tool") || continue
  mkdir "$directory/$tool"
  ln -s "$found" "$directory/$tool/awk"
  for model in bob fit odd empty; do
    for option in -- --ansi; do
      for form in $model $model.bin; do
        PATH=$directory/$tool:$PATH scripts/heatmap $option - <"$directory/$form" >"$directory/out"
        [ -e "$directory/$model$option" ] || cp "$directory/out" "$directory/$model$option"
        cmp "$directory/$model$option" "$directory/out" || die "$tool draws $form $option otherwise"
      done
    done
  done
done
scripts/heatmap "$directory/large" >"$directory/large--"
scripts/heatmap "$directory/small" >"$directory/small--"
for model in bob fit odd empty large small; do
  if command -v xmllint >"$directory/which"; then
    xmllint --noout "$directory/$model--" || die "$model gives no XML"
  elif command -v python3 >"$directory/which"; then
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' \
      "$directory/$model--" ||
      die "$model gives no XML"
  else
    echo "skipped: no xmllint and no python3, so the SVG of $model is not parsed"
  fi
done

# What the picture says.
cd "$directory"
has small-- '>Bigram counts</text>'
has small-- '>10,000 bigrams; &quot;.&quot; is the start and the end of an item</text>'
has small-- '>first letter</text>'
has small-- '>second letter</text>'
has small-- '<title>.b: 30 (0.30 %)</title>'
has small-- '<title>bo: 5438 (54.38 %)</title>'
has small-- '<title>..: 0 (0 %)</title>'
has small-- 'square-root scale'
has bob-- '<title>oo: 9223372036854775807 (100.00 %)</title>'
has bob-- '>9.2E</text>'
has fit-- '>Bigram probabilities</text>'
has fit-- '<title>.b: 54.65 %</title>' # e^0.5 / (1 + e^0.5 + e^-1)
has fit-- '<title>bo: 32.20 %</title>' # 1 / (2 + e^0.1)
has fit-- '<title>o.: 100.00 %</title>'
has odd-- '<title>\u{0}\t: '
has odd-- '<title>&lt;\\: '
has odd-- '<title>\s&quot;: '
has odd-- '<title>\#\.: '
has odd-- "<title>$(printf '\303\251\360\237\230\200'): "
[ "$(grep -c '<title>' bob--)" -eq 9 ] || die "not a title for each of the 9 cells"
[ "$(grep -c '<title>' large--)" -eq 3600 ] || die "not a title for each of the 3600 cells"
[ "$(wc -l <bob--ansi)" -eq 9 ] || die "--ansi: not 3 rows and 6 other lines"
[ "$(wc -l <odd--ansi)" -eq 23 ] || die "--ansi: not 12 rows, 6 lines of labels and 5 others"
cd "$here"

# Other readers' layouts: another order of keys, white space, a tensor that is none of ours.
layout='{ "other" : {"dtype":"U8","shape":[2,1], "data_offsets":[ 0,8 ]},
  "counts":{"data_offsets":[8,16],"shape":[1,1],"dtype":"I64"},
  "__metadata__":{"mm.vocab":"","mm.version":"1","mm.kind":"counts"}}'
binary 8 "$layout" 0 7 | scripts/heatmap >"$directory/layout"
has "$directory/layout" '<title>..: 7 (100.00 %)</title>'

# Bad input.
cd "$directory"
text=$(cat small)
text3=$(printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t3\t3\t3\n')
square=$(header counts counts I64 3 8 bo)
cd "$here"
refuses 1 '-: empty input' </dev/null
refuses 1 '-: not a model' <names.txt
refuses 1 '-: not a model' < <(printf 'ab\n')
refuses 1 "$directory/none: No such file" "$directory/none"
refuses 1 "$directory: " "$directory"
refuses 1 '-: a model of order 3' <<<"$text3"
refuses 1 '-: a model of kind "gpt" has no bigrams' \
  < <(printf '#mm\t1\tgpt\n#tensor\tx\tF32\t1\n0\n')
refuses 1 '-: a model of version "2"' <<<"${text/1/2}"
refuses 1 '-: more than one model' <<<"$text"$'\n'"$text"
refuses 1 '-: truncated: 2 of 3 rows' < <(head -n 5 "$directory/small")
refuses 1 '-: row "b" has 2 numbers' <<<"${text/$'\t'5438/}"
refuses 1 '-: the count of "bo" is "-5438"' <<<"${text/5438/-5438}"
refuses 1 '-: the weight of ".b" is "nan"' < <(sed 's/0\.5/nan/' "$directory/fit")
refuses 1 '-: row 2 is labelled "x"' < <(sed 's/^b/x/' "$directory/small")
refuses 1 '-: labels that are not UTF-8' < <(sed "s/b/$(printf '\377')/" "$directory/small")
refuses 1 '-: 20000 tokens' < <(printf '#mm\t1\tcounts\n#tensor\tcounts\tI64\t20000\t20000\n')
refuses 1 '-: a model of order 3' < <(binary 8 "${square/3,3/3,3,3}" 0)
refuses 1 '-: a model of kind "gpt"' < <(binary 8 "${square/\"counts/\"gpt}" 0)
refuses 1 '-: no model of these tools' \
  < <(binary 4 '{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}' 0)
refuses 1 '-: a tensor of type F32' < <(binary 4 "${square/I64/F32}" 0 0 0)
refuses 1 '-: the tensor "counts" is missing' < <(binary 8 "${square/\"counts\":/\"x\":}" 0)
refuses 1 '-: a header that is not JSON' < <(binary 8 "${square/,/;}" 0)
refuses 1 '-: a vocabulary that does not fit' < <(binary 8 "${square/bo/b}" 0)
refuses 1 '-: offsets that do not fit' < <(binary 8 "${square/72/64}" 0)
refuses 1 '-: the count of "\.b" is "-1"' < <(binary 8 "$square" 0 -1 0 0 0 0 0 0 0)
refuses 1 '-: the weight of "b\." is "inf"' \
  < <(binary 4 "$(header bigram weight F32 2 4 b)" 0 0 0x7F800000 0)
refuses 1 '-: bytes after the model' < <(cat "$directory/bob.bin" "$directory/bob.bin")
for model in bob bob.bin; do
  bytes=$(wc -c <"$directory/$model")
  for ((cut = 1; cut < bytes; cut += 5)); do
    refuses 1 '-: .*truncated' < <(head -c "$cut" "$directory/$model")
  done
done

# The command line, and results that cannot be written.
refuses 2 "unknown option '--color'" --color
refuses 2 "extra operand 'b'" a b
grep -qxF "Try 'scripts/heatmap --help' for more information." "$directory/err" || die "no hint"
scripts/heatmap -h >"$directory/out"
[ "$(head -n 1 "$directory/out")" = 'Usage: scripts/heatmap [--ansi] [MODEL]' ] || die "no usage"
if [ -e /dev/full ]; then
  for arguments in --help --ansi --; do
    if scripts/heatmap "$arguments" <"$directory/bob" >/dev/full 2>"$directory/err"; then
      die "a full disk is no error with $arguments"
    fi
    has "$directory/err" 'heatmap: write error: No space left on device'
  done
else
  echo "skipped: no /dev/full"
fi
if scripts/heatmap <"$directory/bob" >&- 2>"$directory/err"; then
  die "a closed output is no error"
fi
[ -s "$directory/err" ] || die "a closed output goes unsaid"
if [ -z "$(trap -p PIPE)" ]; then # not ignored
  { scripts/heatmap "$directory/large" 2>"$directory/err" || echo $? >"$directory/status"; } |
    head -c 9 >"$directory/out"
  [ "$(cat "$directory/status")" = 141 ] || die "not ended by SIGPIPE"
  [ ! -s "$directory/err" ] || die "a reader that leaves is spoken of: $(cat "$directory/err")"
fi
