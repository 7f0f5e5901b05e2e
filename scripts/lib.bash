# What the scripts share. Sourced.

# The script's own name, for what is said about it.
script=${0##*/}

# misuse REASON: ends a wrong command line.
misuse() {
  printf "%s: %s\nTry 'scripts/%s --help' for more information.\n" "$script" "$1" "$script" >&2
  exit 2
}

# fail REASON: ends what cannot be done.
fail() {
  echo "$script: $1" >&2
  exit 1
}

# Copies standard input to standard output and reports what could not be written.
emit() {
  local problem status=0
  { problem=$(cat 2>&1 >&3) || status=$?; } 3>&1
  [ -z "$problem" ] || echo "$script: ${problem#cat: }" >&2
  return "$status"
}

# parse FLAGS MOST ARGUMENT...: puts at most MOST operands into `operands`, sets the variable `name`
# to 1 for each --name that is one of FLAGS, and calls `usage` for --help.
parse() {
  local flags=" $1 " most=$2 argument options=1
  shift 2
  operands=()
  for argument; do
    case $options,$argument in
      1,--) options=0 ;;
      1,-h | 1,--help)
        usage | emit
        exit
        ;;
      1,-?*)
        [[ $argument == --* && $flags == *" ${argument#--} "* ]] ||
          misuse "unknown option '$argument'"
        printf -v "${argument#--}" 1
        ;;
      *) operands+=("$argument") ;;
    esac
  done
  [ ${#operands[@]} -le "$most" ] || misuse "extra operand '${operands[most]}'"
}

# take FILE COPY: copies an operand, standard input where it is -, to a file that can be read twice.
take() {
  local problem
  problem=$(cat -- "$1" 2>&1 >"$2") || fail "${problem#cat: }"
}

# From here on, what measures.

# measures [PYTORCH]: goes to the project's root, builds the tools and puts them on the PATH.
measures() {
  [ -n "${EPOCHREALTIME-}" ] || misuse "this needs bash 5, and is run by $BASH_VERSION"
  if [ -n "${1-}" ]; then
    python3 -c 'import torch' 2>/dev/null || misuse "--pytorch: python3 has no torch"
  fi
  cd "$(dirname "$0")/.." || exit
  swift build --quiet -c release --scratch-path .build-release
  export PATH="$PWD/.build-release/release:$PATH"
}

# best RUNS COMMAND...: sets `us` to the shortest time of a command, in microseconds.
best() {
  local runs=$1 begin time i
  shift
  us=
  for ((i = 0; i < runs; i++)); do
    begin=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null
    time=$((${EPOCHREALTIME/[.,]/} - begin))
    if [ -z "$us" ] || [ "$time" -lt "$us" ]; then us=$time; fi
  done
}

# memory COMMAND...: sets `peak` to the most memory that a command takes, or one that a function
# calls, in MB. It needs /proc.
memory() {
  local pid process key value
  peak=0
  "$@" >/dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    for process in "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
      while read -r key value _; do
        if [ "$key" = VmHWM: ] && [ "$value" -gt "$peak" ]; then peak=$value; fi
      done <"/proc/$process/status" || :
    done 2>/dev/null
    sleep 0.002
  done
  wait "$pid"
  peak=$(calc "$peak / 1000" %.1f)
}

# calc EXPRESSION [FORMAT]: prints what awk makes of it, as a whole number unless a format is given.
calc() { awk "BEGIN { printf \"${2-%.0f}\", $1 }"; }

# ratio A B: prints how many times B is in A.
ratio() { calc "$1 / $2" '%.1f x'; }

# row WHAT HERE BESIDE RATIO: a line of the table.
row() { printf '%-38s %16s  %-34s %8s\n' "$@"; }
