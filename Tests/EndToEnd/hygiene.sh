#!/usr/bin/env bash
# Tests what is said of input that is not text, and that the commands it names work as they stand.
set -euo pipefail
cd "$(dirname "$0")/../.."
source Tests/EndToEnd/lib.bash
cd "$directory"

mark=$'\xEF\xBB\xBF'
printf 'velorin\ntasmira\nquorbin\n' >plain
mm-count plain >counts
mm-gpt --steps 0 -q plain >gpt
# Names that a shell would take apart, or a tool for an option.
names=('list' "it's a list" '$x;*"\' -list)
tools=(mm-count 'mm-gpt --steps 0 -q' 'mm-loss counts' 'mm-loss gpt')

# everywhere BYTES REASON PURPOSE LINE: each tool refuses it, as a file of any name and as standard
# input, with or without --skip-invalid where `also` says so; the command gives what plain text does.
everywhere() {
  local tool name words
  for tool in "${tools[@]}"; do
    read -r -a words <<<"$tool"
    "${words[@]}" plain >wanted
    for name in "${names[@]}"; do
      cp "$1" "./$name"
      refused "$name:$4" "$2" "${words[@]}" -- "$name"
      leads "$3" wanted
    done
    refused "-:$4" "$2" "${words[@]}" <"$1"
    leads "$3" wanted "$1"
    refused "list:$4" "$2" "${words[@]}" ${also-} /dev/null list
    leads "$3" wanted
  done
}

# Byte order marks, at the start of a file and of those joined to it.
{ printf %s "$mark"; head -n 1 plain; printf %s "$mark"; tail -n 2 plain; } >marked
tr '\n' '\0' <marked >marked.null
tr '\n' '\0' <plain >plain.null
for tool in "${tools[@]}"; do
  read -r -a words <<<"$tool"
  "${words[@]}" plain >wanted
  succeeds "${words[@]}" marked
  same wanted "$out" "a byte order mark in $tool"
  succeeds "${words[@]}" --skip-invalid - <marked
  same wanted "$out" "a byte order mark in $tool --skip-invalid"
  succeeds "${words[@]}" -z marked.null
  same wanted "$out" "a byte order mark in $tool -z"
done
equals $'#\t.\ta\t\\u{FEFF}' "$(printf '%s' "a${mark}" | mm-count --text | sed -n 3p)" 'a mark inside'

# UTF-16, with and without its mark.
also=--skip-invalid
for form in UTF-16LE UTF-16BE; do
  iconv -f UTF-8 -t $form plain >wide
  everywhere wide 'a NUL byte, as UTF-16 has them' 'convert UTF-16' 1
done
{ printf '\xFF\xFE'; sed 's/$/\r/' plain | iconv -f UTF-8 -t UTF-16LE; } >wide
everywhere wide 'is UTF-16, as FF FE at the start shows' 'convert it' 1
{ printf '\xFE\xFF'; iconv -f UTF-8 -t UTF-16BE plain; } >wide
everywhere wide 'is UTF-16, as FE FF at the start shows' 'convert it' 1
everywhere plain.null 'a NUL byte, as UTF-16 has them' 'read items that end with NUL' 1

# Compressed.
for program in gzip:zcat bzip2:bzcat zstd:zstdcat xz:xzcat; do
  if ! command -v "${program#*:}" >/dev/null; then
    skip "no ${program#*:}"
    continue
  fi
  "${program%:*}" -c plain >packed
  everywhere packed "is compressed with ${program%:*}" 'decompress it' 1
done

# Models where text is wanted: those of counts add up, others are drawn from.
mm-count --text plain >table
{ printf %s "$mark"; sed 's/$/\r/' table; } >table.windows
for model in counts table table.windows; do
  for tool in "${tools[@]}"; do
    read -r -a words <<<"$tool"
    for option in '' --skip-invalid -z; do
      refused "$model:1" 'is a model of kind counts where text is wanted' "${words[@]}" $option $model
      leads 'add up counts' counts
      refused '-:1' 'is a model of kind counts where text is wanted' "${words[@]}" $option <$model
      leads 'add up counts' counts $model
    done
  done
done
refused 'counts:1' 'is a model of kind counts where text is wanted' mm-count counts table
mm-count --merge counts counts >twice
leads 'add up counts' twice
mm-loss --tensor counts plain >losses
mm-loss --tensor --text counts plain >losses.text
for losses in losses losses.text; do
  refused "$losses:1" 'is a model of kind losses where text is wanted' mm-count $losses
  equals "mm-loss --merge $losses" "$(named 'add up losses')" 'losses as text'
done
refused 'gpt:1' 'is a model of kind gpt where text is wanted' mm-count gpt
equals 'mm-sample gpt' "$(named 'draw text from it')" 'a GPT as text'
# Text that begins almost so is text.
printf 'BZh9\n#mm\nPK\n' | mm-count >"$out"
# A line is scored as soon as it is there, short as it is.
mkfifo feed
mm-loss --per-line counts <feed >scored &
exec 7>feed
printf 'v\n' >&7
for ((i = 0; i < 100; i++)); do [ -s scored ] && break || sleep 0.1; done
[ -s scored ] || die 'a line of one letter waits for the next'
exec 7>&-
wait

# The text form after Windows is a model.
for tool in mm-sample mm-fit 'mm-count --merge' mm-loss; do
  read -r -a words <<<"$tool"
  succeeds "${words[@]}" $([ "$tool" = mm-sample ] && echo --seed=1) table \
    $([ "$tool" = mm-loss ] && echo plain)
  cp "$out" wanted
  succeeds "${words[@]}" $([ "$tool" = mm-sample ] && echo --seed=1) table.windows \
    $([ "$tool" = mm-loss ] && echo plain)
  same wanted "$out" "$tool and a table after Windows"
done

# Lines that are not UTF-8: found, converted, left out.
printf 'velorin\ntasmira\nquorb\xEDn\nvelor\xE9\n' >latin
iconv -f latin1 -t UTF-8 latin >converted
printf '3:quorb\xEDn\n4:velor\xE9\n' >found
head -n 2 latin >kept
mm-count converted >other.counts
mm-gpt --steps 0 -q converted >other.gpt
for tool in mm-count 'mm-gpt --steps 0 -q' 'mm-loss other.counts' 'mm-loss other.gpt'; do
  read -r -a words <<<"$tool"
  "${words[@]}" converted >wanted
  "${words[@]}" kept >wanted.kept
  for name in "${names[@]}" -; do
    cp latin "./$name" # one of them as standard input
    operand=(-- "$name") input=/dev/null
    [ "$name" = - ] && operand=() input=latin
    refused "$name:3" 'invalid UTF-8 at byte 0xED' "${words[@]}" "${operand[@]}" <$input
    leads 'find such lines' found $input
    leads 'convert Latin-1' wanted $input
    leads 'leave them out' wanted.kept $input
    case $tool in
      *-q) [ ! -s said ] || die "said with -q: $(cat said)" ;;
      *) equals "${words[0]}: 2 lines that are not UTF-8 were left out" "$(cat said)" "$tool" ;;
    esac
  done
done
run mm-gpt --steps 0 --skip-invalid <latin
equals 'mm-gpt: 2 lines that are not UTF-8 were left out' "$(cat "$err")" 'mm-gpt without -q'
# Items that end with NUL.
tr '\n' '\0' <latin >latin.null
refused 'latin.null:3' 'invalid UTF-8 at byte 0xED' mm-count -z latin.null
printf '3:quorb\xEDn\0004:velor\xE9\0' >found
leads 'find such lines' found
# Files of which one line is bad, and lines that are counted although they are left out.
printf 'velorin\n' >first
printf '\xFF\ntasmira' >second
run mm-loss --skip-invalid --per-token counts first second second
equals "mm-loss: 2 lines that are not UTF-8 were left out" "$(cat "$err")" 'two files'
equals '1 3 5' "$(cut -f 1 "$out" | uniq | paste -s -d ' ' -)" 'numbers of lines'
run mm-loss --skip-invalid counts second
equals "mm-loss: 1 line that is not UTF-8 was left out" "$(cat "$err")" 'one line'
run mm-loss -q --skip-invalid counts second
equals '' "$(cat "$err")" 'mm-loss -q'
printf '\xFF\n' >none
run mm-loss --skip-invalid counts none
equals "$(printf '%s\n' 'mm-loss: 1 line that is not UTF-8 was left out' 'mm-loss: no items to score')" \
  "$(cat "$err")" 'nothing but bad lines'
# --skip-unknown passes over no bad line, and --skip-invalid over nothing else.
printf 'ZOE\xFF\n' >both
refused 'both:1' 'invalid UTF-8 at byte 0xFF' mm-loss --skip-unknown counts both
printf 'bad\xFF\0\n' >both
refused 'both:1' 'a NUL byte' mm-count --skip-invalid both
# In a large file, whatever the number of threads.
for ((i = 0; i < 20; i++)); do cat "$OLDPWD/names.txt"; done >large
mm-count large >wanted
{ cat large; printf 'x\xC3\n\xFE\n'; cat large; printf '\xFF'; } >broken
mm-count --merge wanted wanted >wanted.twice
lines=$(($(wc -l <large) + 1))
for threads in 1 2 5; do
  run mm-count --threads $threads --skip-invalid broken
  same wanted.twice "$out" "bad lines and $threads threads"
  equals 'mm-count: 3 lines that are not UTF-8 were left out' "$(cat "$err")" "$threads threads"
  # The first of them is what an error names.
  refused "broken:$lines" 'invalid UTF-8 at byte 0xC3' mm-count --threads $threads broken
done

# The other canonical form.
if command -v uconv >/dev/null; then
  printf 'Zo\xC3\xAB\nNo\xC3\xABl\n' >composed
  uconv -x nfd composed >decomposed
  for forms in 'composed decomposed' 'decomposed composed'; do
    read -r known other <<<"$forms"
    mm-count $known >known.counts
    mm-gpt --steps 0 -q $known >known.gpt
    for model in known.counts known.gpt; do
      mm-loss $model $known >wanted
      for name in "${names[@]}"; do
        cp $other "./$name"
        refused "$name:1" 'the model does not know' mm-loss $model -- "$name"
        grep -q "the text is $other;" "$err" || die "$(cat "$err")"
        leads 'convert it' wanted
      done
      run mm-loss -- - "$name" <$model
      leads 'convert it' wanted $model
      run mm-loss $model <$other
      leads 'convert it' wanted $other
    done
    run mm-gpt --steps 0 -q --init known.gpt $other
    mm-gpt --steps 0 -q --init known.gpt $known >wanted
    leads 'convert it' wanted
    prompt=$(head -n 1 $other)
    run mm-sample --prompt "$prompt" known.counts
    head -n 1 $known | tr -d '\n' >wanted
    leads 'convert it' wanted
  done
else
  skip 'no uconv'
fi
