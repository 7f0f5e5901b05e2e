#!/usr/bin/env bash
# Tests what happens where reads and writes do less than they were asked to, and no thread can be had.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

head -n 300 names.txt >"$directory/names"
cd "$directory"
cat >short.c <<'C'
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int calls;

// At most that many bytes, and a signal before every other call.
static long limited(long call, int descriptor, const void *bytes, size_t count, off_t offset) {
  size_t most = atoi(getenv("MOST"));
  if (atomic_fetch_add(&calls, 1) % 2 == 0) {
    errno = most == 0 ? EIO : EINTR;
    return -1;
  }
  return syscall(call, descriptor, bytes, count < most ? count : most, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  return limited(SYS_write, descriptor, bytes, count, 0);
}
ssize_t read(int descriptor, void *bytes, size_t count) {
  return limited(SYS_read, descriptor, bytes, count, 0);
}
ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
  return limited(SYS_pread64, descriptor, bytes, count, offset);
}
int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*run)(void *), void *argument) {
  return EAGAIN;
}
C
if ! cc -shared -fPIC -o short.so short.c 2>"$err" || [ "$(uname)" != Linux ]; then
  skip 'no C compiler for a library that is loaded first'
  exit
fi

# The library is what the tools call.
run env MOST=0 LD_PRELOAD="$PWD/short.so" mm-count names
equals '1 ' "$status $(cat "$out")" 'a tool that can neither read nor write'

# same_again FILE... -- COMMAND...: writes the same to standard output and to the files.
same_again() {
  local files=()
  while [ "$1" != -- ]; do files+=("$1") && shift; done
  shift
  rm -f "${files[@]}"
  "$@" <names >whole
  local most file
  for file in "${files[@]}"; do mv "$file" "$file.whole"; done
  for most in 1 1000; do
    rm -f "${files[@]}"
    MOST=$most LD_PRELOAD=$PWD/short.so timeout 100 "$@" <names >result || die "status $? from $*"
    same result whole "other bytes from $*"
    for file in "${files[@]}"; do
      # The fifth column of a log are the seconds.
      if [ "$file" = log ]; then
        same <(cut -f 1-4 log) <(cut -f 1-4 log.whole) "another log from $*"
      else
        same "$file" "$file.whole" "another $file from $*"
      fi
    done
  done
}

mm-count --order 3 names >list
mm-count --text names >text
mm-count names | mm-fit -q --steps 10 >bigram
train=(mm-gpt -q --n-layer 1 --n-head 1 --n-embd 4 --batch-size 2 --steps 3 --threads 2)
"${train[@]}" names >gpt
same_again -- mm-count names -
same_again -- mm-count --order 3 --threads 2 --text
same_again -- mm-count --merge list list
same_again log -- mm-fit -q --steps 10 --log log text
same_again -- mm-fit --arpa list
same_again -- mm-fit --mix --smooth kn list gpt
same_again -- mm-sample --seed 1 -n 100 --threads 2 gpt
same_again -- mm-sample --seed 1 -n 100 bigram
same_again -- mm-loss --smooth kn --per-line list
same_again -- mm-loss --threads 2 --tensor gpt
same_again run log -- "${train[@]}" --holdout 5 --checkpoint-every 1 --log log --checkpoint run names
