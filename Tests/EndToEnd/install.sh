#!/usr/bin/env bash
# Tests scripts/install: what it installs works by itself, the pages and the completion too.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

prefix="$directory/a prefix"
install=$PWD/scripts/install
cd "$directory"
succeeds "$install" "a prefix"
[ ! -s "$out" ] || die "not quiet: $(cat "$out")"
cd "$OLDPWD"

for source in Sources/mm-*; do
  tool=${source##*/}

  # The binary, without an environment and without Swift.
  binary=$prefix/bin/$tool
  version=$(env -i "$binary" --version)
  [[ $version == "$tool (makemore) "* ]] || die "$tool --version prints: $version"
  if [ "$(uname)" = Linux ] && ldd "$binary" | grep libswift; then die "$tool needs Swift"; fi

  # The manual page: clean, and with every option that --help has.
  page=$prefix/share/man/man1/$tool.1
  if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning "$page" >&2 || die "$tool.1 has faults"
  fi
  if man --version >/dev/null 2>&1 && man --warnings -l /dev/null >/dev/null 2>&1; then
    warnings=$(man --warnings -l "$page" 2>&1 >/dev/null)
    [ -z "$warnings" ] || die "$tool.1: $warnings"
  fi
  "$binary" --help | grep -oE -- '^ +(-., )?--[a-z0-9-]+' | grep -oE -- '--.*' >"$directory/options"
  [ "$(wc -l <"$directory/options")" -ge 2 ] || die "$tool --help shows no options"
  while read -r option; do
    grep -qF -- "${option//-/\\-}" "$page" || die "$tool.1 lacks $option"
  done <"$directory/options"

  # Completion in bash: the options, and nothing where a file name may stand.
  bash -euc '
    source "$1"
    complete -p "$2" | grep -q -- "-F _${2//-/_} $2"
    complete() {
      COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2)) COMPREPLY=()
      "_${1//-/_}"
      printf "%s\n" "${COMPREPLY[@]-}"
    }
    [ "$(complete "$2" "$2" --vers)" = --version ]
    [ "$(complete "$2" "$2" --help = z)" = zsh ]
    [ -z "$(complete "$2" "$2" na)" ]
    complete "$2" "$2" -- | grep "^--" | sort | diff - <(sort "$3")
  ' bash "$prefix/share/bash-completion/completions/$tool" "$tool" "$directory/options" >&2 ||
    die "bash does not complete $tool"

  completion=$prefix/share/zsh/site-functions/_$tool
  [ "$(head -n 1 "$completion")" = "#compdef $tool" ] || die "_$tool is no completion for zsh"
  if command -v zsh >/dev/null; then zsh -n "$completion" || die "zsh cannot read _$tool"; fi
done

# The tools work together as they are installed.
names=$(env -i "$prefix/bin/mm-count" names.txt |
  env -i "$prefix/bin/mm-fit" | env -i "$prefix/bin/mm-sample" -n 2 --seed 2147483647)
equals $'cexze\nmomasurailezitynn' "$names" "what the installed tools draw"

hint="Try 'scripts/install --help' for more information."
run scripts/install a b
said 2 "install: extra operand 'b'"$'\n'"$hint"
run scripts/install --prefix
said 2 "install: unknown option '--prefix'"$'\n'"$hint"
run scripts/install ''
said 2 "install: PREFIX is empty"$'\n'"$hint"
