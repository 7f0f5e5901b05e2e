#!/usr/bin/env bash
# Runs every command of the pages, each page in a folder of its own, and compares the output; with
# --update it writes it there. Relative links must lead to files and headings.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Where SIGPIPE is ignored, `sort | head` complains; bash cannot take that back by itself.
if [ -z "${README_SIGNALS-}" ] && env --default-signal=PIPE true 2>/dev/null; then
  README_SIGNALS=1 exec env --default-signal=PIPE bash Tests/EndToEnd/readme.sh "$@"
fi
source Tests/EndToEnd/lib.bash

command -v mm-count >/dev/null || die 'the tools are not on the PATH'
here=$PWD

# copy PAGE: the page as its commands would have it. In a block of ```console, "$ " begins a command
# and "> " in the next lines continues it; the rest is output. The blocks of a page share a folder and
# a shell, as they do for a reader who types them.
copy() {
  local line command='' in=text
  run_command() {
    [ -z "$command" ] || eval "$command" </dev/null 2>&1 || :
    command=
  }
  while IFS= read -r line <&4; do
    case $in,$line in
      text,'```console') in=output ;;
      output,'```' | command,'```')
        run_command
        in=text
        ;;
      output,'$ '* | command,'$ '*)
        run_command
        command=${line#'$ '}
        in='command'
        ;;
      command,'> '*) command+=$'\n'${line#'> '} ;;
      command,* | output,*)
        run_command
        in=output
        continue
        ;;
    esac
    printf '%s\n' "$line"
  done 4<"$here/$1"
}

# Beyond nine decimals, a sum of logarithms is the C library's as much as ours.
shorten() { sed -E 's/(\.[0-9]{9})[0-9]+/\1/g' "$1"; }

# check_links PAGE: its relative links lead to files, and fragments to headings.
check_links() {
  local link file fragment
  while IFS= read -r link; do
    file=${link%%#*} fragment=''
    [[ $link == *'#'* ]] && fragment=${link#*#}
    if [ -n "$file" ]; then file=$(dirname "$1")/$file; else file=$1; fi
    [ -e "$file" ] || die "$1: no file for the link $link"
    [ -z "$fragment" ] || headings "$file" | grep -qxF -e "$fragment" ||
      die "$1: no heading for the link $link"
  done < <(grep -oE '\]\([^)]+\)' "$1" | sed -E 's/^\]\(//; s/\)$//' | grep -v '^https*:')
}

# headings PAGE: the fragment of each heading, as the web's viewers of Markdown make it.
headings() {
  sed -nE '/^```/,/^```/d; s/^#+ //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9\n-'
}

differing=''
for page in README.md CONTRIBUTING.md docs/*.md Sources/Shared/README.md; do
  check_links "$page"
  if grep -q '^\$ split ' "$page" && ! split --version 2>&1 | grep -q GNU; then
    skip "$page uses GNU split"
    continue
  fi
  work=$directory/work
  rm -rf "$work"
  mkdir "$work"
  ln -s "$here"/{names.txt,scripts,Tests} "$work"
  (cd "$work" && copy "$page") >"$directory/page"
  if [ "${1-}" = --update ]; then
    cat "$directory/page" >"$page"
  else
    diff -u --label "$page" <(shorten "$page") \
      --label 'what the commands print' <(shorten "$directory/page") || differing+=" $page"
  fi
done
[ -z "$differing" ] || die "other output than on the page:$differing"
