#!/usr/bin/env bash
# Tests what happens where one system call fails: each that a tool makes after it was loaded, in turn.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

head -n 40 names.txt >"$directory/names"
cd "$directory"
mkdir work

# The errors that a call may end in. Where one mapping is refused the C library tries another way; the tests
# of memory that ends refuse all of them.
errors() {
  case $1 in
    read | pread64) echo EIO EINTR EAGAIN ;;
    write) echo EIO ENOSPC EINTR EAGAIN ;;
    openat) echo EIO EMFILE ENOMEM EINTR EACCES ;;
    close) echo EIO EINTR ;;
    lseek) echo EIO ;;
    mmap | munmap | mprotect) echo ENOMEM ;;
    # It says so by not returning what was asked for.
    brk) echo retval=0 ;;
    rename) echo EIO ENOSPC ;;
    fsync) echo EIO ENOSPC EINTR ;;
    clone | clone3) echo EAGAIN ENOMEM ;;
    access | newfstatat | fstat | readlink | getcwd) echo EIO ;;
    poll) echo EINTR ENOMEM ;;
    sysinfo | sched_getaffinity | ioctl) echo EINVAL ;;
    *) ;;
  esac
}

# calls TRACE: a line for each call of the first thread after the loader's, with its number among those
# of its name.
calls() {
  awk 'NR == 1 { first = $1 }
    $1 == first && $2 ~ /^[a-z0-9_]+\(/ {
      name = $2
      sub(/\(.*/, "", name)
      line[++count] = name " " ++number[name]
    }
    /\.so|\/proc\/[0-9]+\/maps/ { start = count }
    END { for (i = start + 1; i <= count; i++) print line[i] }' "$1"
}

# prepare: the files before a run.
prepare() { rm -rf work && cp -r before work; }

injected=0
survived=0
# survives WHAT COMMAND...: with each call failing in turn it ends in status 0 with the bytes that it has
# otherwise, or in status 1 with a diagnostic and no others. Of `run`, a checkpoint, and `log` the same
# holds once the command was given again.
survives() {
  local what=$1 call number error wanted
  shift
  prepare
  (cd work && strace -f -y -o ../trace "$@" <../input >../whole 2>../said) || die "$what: $(cat said)"
  rm -rf end && mv work end
  calls trace >calls
  [ -s calls ] || die "$what makes no calls"
  while read -r call number; do
    for error in $(errors "$call"); do
      prepare
      status=0
      (cd work && timeout 20 strace -f -o ../trace -e "inject=$call:${error/#E/error=E}:when=$number" "$@" \
        <../input >../result 2>../said) || status=$?
      injected=$((injected + 1))
      local place="$what: $call $number, $error"
      case $status in
        0)
          cmp result whole || die "$place: other bytes"
          [ ! -e end/run ] || cmp end/run work/run || die "$place: another checkpoint"
          same_log "$place"
          survived=$((survived + 1))
          ;;
        1)
          # What was said could not be written where standard error is what failed.
          [ "$(grep -c '^mm-[a-z]*: ' said)" -eq 1 ] || die "$place: said '$(cat said)'"
          [ ! -s result ] || cmp -n "$(wc -c <result)" result whole || die "$place: other bytes"
          if [ -e end/run ]; then again "$place" "$@"; fi
          ;;
        *) die "$place: status $status; $(cat said)" ;;
      esac
      [ ! -e work/run.tmp ] || die "$place: a file is left"
    done
  done <calls
}

# again PLACE COMMAND...: the checkpoint is one, and the run that it holds ends as it would have.
again() {
  local place=$1
  shift
  if [ -e before/run ]; then
    mm-loss work/run names >loss || die "$place: the checkpoint is lost"
  fi
  (cd work && "$@" <../input >../result 2>../said) || die "$place, again: $(cat said)"
  cmp result whole || die "$place, again: other bytes"
  cmp end/run work/run || die "$place, again: another checkpoint"
  same_log "$place, again"
}

# same_log PLACE: the logs are the same but for the seconds.
same_log() {
  [ ! -e end/log ] || cmp <(cut -f 1-4 end/log) <(cut -f 1-4 work/log) || die "$1: another log"
}

if ! command -v strace >"$out" || ! strace -f -o trace -e inject=rename:error=EIO true 2>"$err"; then
  skip 'no strace that injects faults'
  exit
fi

# The files that the commands read.
mkdir before
mm-count names >before/counts
mm-count --order 3 names >before/list
mm-count --rows names >before/rows
mm-fit -q --steps 1 before/counts >before/bigram
cp names before/names
cp names input


survives 'mm-count of two files' mm-count names names
survives 'mm-count of standard input' mm-count --order 3 --text
survives 'mm-count --merge' mm-count --merge counts rows
survives 'mm-fit --log' mm-fit -q --steps 1 --log log counts
survives 'mm-fit --arpa' mm-fit --arpa list
survives mm-sample mm-sample --seed 1 -n 5 counts
survives mm-loss mm-loss --smooth kn list names
survives 'mm-loss --per-token' mm-loss --per-token bigram

# A run that begins, and one that resumes; a model that is read.
train=(mm-gpt -q --n-layer 1 --n-head 1 --n-embd 4 --batch-size 2 --steps 3 --holdout 5 --threads 2
  --checkpoint-every 1 --log log --continue run names)
survives 'mm-gpt --continue, begun' "${train[@]}"
cp end/run before/model
(cd before && timeout 20 strace -o ../trace -e inject=rename:error=EIO:when=3 "${train[@]}" >../result 2>../said) ||
  [ $? -eq 1 ] || die "a run to resume: $(cat said)"
[ -e before/run ] || die 'no run to resume'
survives 'mm-gpt --continue, resumed' "${train[@]}"
rm before/run before/log
survives 'mm-sample of a GPT' mm-sample --seed 1 -n 3 --threads 2 model
survives 'mm-loss of a GPT' mm-loss --threads 2 model names
survives 'mm-gpt --init' mm-gpt -q --init model --steps 1 --batch-size 2 names
[ -z "${INJECTED-}" ] || echo "$injected faults, $survived without effect, the others reported"
