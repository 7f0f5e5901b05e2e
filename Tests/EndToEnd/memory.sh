#!/usr/bin/env bash
# Tests that memory that ends is one line and status 1, under limits of the address space, never a trap.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

names=$PWD/names.txt
cd "$directory"
# A trap is a failure; what its backtrace would be is not asked.
export SWIFT_BACKTRACE=enable=no

# limited KILOBYTES COMMAND...: runs it with so much address space.
limited() {
  (ulimit -v "$1" && shift && exec "$@")
}

# The least limit, in MB, at which a tool starts.
least=4
until limited $((least * 1024)) mm-count --version >"$out" 2>&1; do
  least=$((least + 1))
  if [ $least -gt 400 ]; then
    skip 'no limit of address space here, so memory is not tested'
    exit 0
  fi
done

# What is left to a tool, in MB: little by little where small tables grow, and from far above.
left='400 200 140 100 72 52 40 32 26 21 17 14 12 10 9 8 7 6 5 4 3 2 1 0'

# survives COMMAND...: under each limit it writes what it writes without one, or says that memory is
# out, in one line.
survives() {
  local megabytes
  succeeds "$@"
  mv "$out" whole
  for megabytes in $left; do
    run limited $(((least + megabytes) * 1024)) "$@"
    if [ "$status" -eq 0 ]; then
      same whole "$out" "other bytes with $megabytes MB left: $*"
    elif [ "$status" -ne 1 ] || [ "$(wc -l <"$err")" -ne 1 ] || ! grep -q memory "$err"; then
      die "status $status with $megabytes MB left, from $*: $(head -c 300 "$err")"
    fi
  done
}

head -n 4000 "$names" >some
head -n 300 "$names" >few
head -c 12000000 /dev/zero | tr '\0' a >line
head -c 2000000 line >long.line
head -c 100000 line >short.line
# 6,000 characters, three on a line.
ideographs 6000 3 >wide

mm-count "$names" >table
mm-count --order 6 "$names" >list
mm-count --order 6 --text "$names" >list.text
mm-count --order 6 --rows "$names" >rows
mm-count --order 3 some >list3
mm-count wide >wide.list
mm-fit --steps 0 table >logits
mm-gpt -q --steps 1 few >gpt
mm-gpt -q --steps 1 --n-embd 96 --text few >gpt.text
mm-fit --mix --shares 1,1 list gpt >mixture

# Counting and merging.
survives mm-count "$names"
for order in 4 6 12; do survives mm-count --order $order "$names"; done
survives mm-count --order 6 --threads 8 --text "$names"
survives mm-count --order 4 --rows --threads 1 "$names"
survives mm-count --order 3 wide
survives mm-count --order 4 line
survives mm-count --skip-invalid line
survives mm-count --merge table table
survives mm-count --merge list list.text
survives mm-count --merge rows
survives mm-count --merge --items "$(grep -c . "$names")" list

# Fitting.
survives mm-fit -q --steps 2 table
survives mm-fit -q --steps 1 list3
for model in list list.text rows wide.list; do survives mm-fit --arpa $model; done
survives mm-fit --mix --shares 1,2 list gpt

# Drawing and scoring.
for model in table logits list rows gpt gpt.text mixture; do
  survives mm-sample -n 300 --seed 1 $model
  survives mm-loss $model some
done
for smoothing in kn wb 0.5; do
  survives mm-sample -n 300 --seed 1 --smooth $smoothing list.text
  survives mm-sample --next --smooth $smoothing list
  survives mm-loss --smooth $smoothing list "$names"
done
survives mm-sample -n 5 --seed 1 --smooth kn wide.list
survives mm-loss --per-line --smooth kn list long.line
survives mm-sample -n 1 --seed 1 --smooth 1 --max-length 3000000 table
survives mm-loss --smooth kn wide.list wide
for style in --per-line --per-token --tensor; do
  survives mm-loss $style list some
  survives mm-loss $style gpt few
  survives mm-loss --skip-invalid $style --smooth kn list short.line
  survives mm-loss $style gpt short.line
done

# Training.
left='400 200 120 80 60 45 35 28 22 17 12 8 4 0'
survives mm-gpt -q --steps 1 some
survives mm-gpt -q --steps 1 --n-embd 192 few
survives mm-gpt -q --steps 1 --soft-targets 0 --optimizer adamw few
survives mm-gpt -q --steps 1 --recipe makemore few
survives mm-gpt -q --steps 1 --holdout 30 few
survives mm-gpt -q --steps 1 --init gpt few
survives mm-gpt -q --steps 0 --n-embd 8 --n-head 1 --n-layer 1 --soft-targets 0 wide
survives mm-gpt -q --steps 1 --batch-size 2 short.line
survives mm-gpt -q --steps 1 --threads 16 few

# Threads that cannot be started are done without.
mm-count --order 5 "$names" >whole
(ulimit -s 900000 && limited 300000 mm-count --order 5 --threads 8 "$names") >"$out"
same whole "$out" 'counts where no thread starts'
mm-loss --smooth kn list "$names" >whole
(ulimit -s 900000 && limited 300000 mm-loss --threads 8 --smooth kn list "$names") >"$out"
same whole "$out" 'losses where no thread starts'
