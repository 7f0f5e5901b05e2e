#!/usr/bin/env bash
# Runs every command of README.md and compares its output; with --update it writes it there.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Where SIGPIPE is ignored, `sort | head` complains; bash cannot take that back by itself.
if [ -z "${README_SIGNALS-}" ] && env --default-signal=PIPE true 2>/dev/null; then
  README_SIGNALS=1 exec env --default-signal=PIPE bash Tests/EndToEnd/readme.sh "$@"
fi

if ! command -v mm-count >/dev/null; then
  echo "readme.sh: the tools are not on the PATH" >&2
  exit 1
fi
if ! split --version 2>&1 | grep -q GNU; then
  echo "readme.sh: skipped, for README.md uses GNU split"
  exit
fi
here=$PWD
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/work"
ln -s "$here"/{names.txt,scripts,Tests} "$directory/work"

# In a block of ```console, "$ " begins a command and "> " in the next lines goes on with it; the
# rest is output. The blocks share a directory and a shell, as they do for a reader who types them.
copy() {
  local line command='' in=text
  run() {
    [ -z "$command" ] || eval "$command" </dev/null 2>&1 || :
    command=
  }
  while IFS= read -r line <&4; do
    case $in,$line in
      text,'```console') in=output ;;
      output,'```' | command,'```')
        run
        in=text
        ;;
      output,'$ '* | command,'$ '*)
        run
        command=${line#'$ '}
        in='command'
        ;;
      command,'> '*) command+=$'\n'${line#'> '} ;;
      command,* | output,*)
        run
        in=output
        continue
        ;;
    esac
    printf '%s\n' "$line"
  done 4<"$here/README.md"
}

(cd "$directory/work" && copy) >"$directory/README.md"

if [ "${1-}" = --update ]; then
  cat "$directory/README.md" >README.md
  exit
fi
# Beyond nine decimals, a sum of logarithms is the C library's as much as ours.
shorten() { sed -E 's/(\.[0-9]{9})[0-9]+/\1/g' "$1"; }
diff -u --label README.md <(shorten README.md) \
  --label "what the commands print" <(shorten "$directory/README.md")
