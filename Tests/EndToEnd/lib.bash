# What the shell tests share: a folder that goes at the end, and assertions that are quiet when they
# hold. Sourced from the project's root.

# The script's own name, for what is said about it.
test_name=$(basename "$0")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# The standard error of the last `run`.
err=$directory/standard-error
# The standard output of the last `run`.
out=$directory/standard-output

die() {
  echo "$test_name: $1" >&2
  exit 1
}

skip() {
  echo "skipped: $1"
}

# run COMMAND...: runs it with standard output in $out, standard error in $err, and sets `status`.
run() {
  status=0
  "$@" >"$out" 2>"$err" || status=$?
}

# succeeds COMMAND...: status 0 and nothing on standard error.
succeeds() {
  run "$@"
  [ "$status" -eq 0 ] || die "status $status from $*: $(head -c 500 "$err")"
  [ ! -s "$err" ] || die "said by $*: $(head -c 500 "$err")"
}

# said STATUS DIAGNOSTIC: the last `run` ended so, with that one line.
said() {
  [ "$status" -eq "$1" ] || die "status $status, not $1, where '$2' is expected"
  printf '%s\n' "$2" >"$directory/expected"
  cmp -s "$directory/expected" "$err" || die "'$(cat "$err")' where '$2' is expected"
}

# misused TOOL REASON: the last `run` was a wrong command line.
misused() {
  said 2 "$1: $2"$'\n'"Try '$1 --help' for more information."
  [ ! -s "$out" ] || die "data on standard output where '$2' is expected"
}

# fails DIAGNOSTIC COMMAND...: status 1, that line, and no data.
fails() {
  local diagnostic=$1
  shift
  run "$@"
  said 1 "$diagnostic"
  [ ! -s "$out" ] || die "data on standard output where '$diagnostic' is expected"
}

# same FILE FILE WHAT: they are equal, byte for byte.
same() {
  cmp "$1" "$2" || die "$3"
}

# equals WANTED FOUND WHAT: they are the same text.
equals() {
  [ "$1" = "$2" ] || die "$3: '$2' where '$1' is expected"
}

# well_formed FILE...: they are XML, as far as a parser is at hand.
well_formed() {
  local file
  for file in "$@"; do
    if command -v xmllint >"$directory/which"; then
      xmllint --noout "$file" || die "$file is not XML"
    elif command -v python3 >"$directory/which"; then
      python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$file" ||
        die "$file is not XML"
    else
      skip "no xmllint and no python3, so $file is not parsed"
    fi
  done
}

# ideographs COUNT LENGTH: that many different characters, LENGTH on a line.
ideographs() {
  local format
  format=$(awk -v count="$1" -v length_="$2" 'BEGIN {
    for (i = 19968; i < 19968 + count; i++) # from U+4E00
      printf "\\%03o\\%03o\\%03o%s", 224 + int(i / 4096), 128 + int(i / 64) % 64, 128 + i % 64, \
        (i - 19968) % length_ == length_ - 1 ? "\\n" : ""
  }')
  # shellcheck disable=SC2059 # the format is the text
  printf "$format"
}

# What is said of text, with commands to type next.

# named PURPOSE: the command that the last diagnostic names for it.
named() {
  local rest
  rest=$(<"$err")
  [ "${rest#*"; $1: "}" != "$rest" ] || die "no command to '$1' in: $rest"
  rest=${rest#*"; $1: "}
  printf '%s\n' "${rest%%; *: *}"
}

# leads PURPOSE WANTED [INPUT]: the command gives what is wanted, whose file is named.
leads() {
  local command
  command=$(named "$1")
  bash -c "$command" <"${3:-/dev/null}" >"$out" 2>"$directory/said" ||
    die "status $? from $command: $(cat "$directory/said")"
  same "$2" "$out" "$command"
}

# refused PLACE REASON COMMAND...: status 1, no data, and a line that begins so.
refused() {
  local wanted
  wanted="$3: $1: $2"
  run "${@:3}"
  [ "$status" -eq 1 ] && [ ! -s "$out" ] || die "status $status from ${*:3}"
  [ "$(wc -l <"$err")" -eq 1 ] || die "$(cat "$err")"
  [ "$(head -c ${#wanted} "$err")" = "$wanted" ] || die "'$(cat "$err")' where '$wanted' is expected"
}
