#!/usr/bin/env bash
# Tests scripts/export-hf, and that PyTorch and transformers find in our files what we find.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash
export HF_HUB_OFFLINE=1 PYTHONIOENCODING=utf-8 PYTHONUTF8=1

if ! python3 -c 'import math; math.prod' 2>"$err"; then
  skip "no python3 of 3.8 or later, so nothing is exported"
  exit 0
fi

export_hf=$PWD/scripts/export-hf
exported=$PWD/Tests/EndToEnd/exported.py
fixtures=$PWD/Tests/Fixtures
cp names.txt "$directory"
cd "$directory"

# Text in need of every care: spaces, full stops, quotes, controls, marks that combine, a flag, and
# the boundary's own name.
printf ' a b  ,c .d . \n<|boundary|>\n%s\n' "d't \"\\ {0} [UNK] ##a" >odd.txt
printf 'e\314\201 \303\234 \t\001\177 \302\240 \342\200\250 \360\237\230\200 ' >>odd.txt
printf '\360\237\207\251\360\237\207\252\n' >>odd.txt

tiny=(--n-layer 2 --n-embd 32 --steps 50)
succeeds mm-gpt "${tiny[@]}" --checkpoint names.run names.txt
cp "$out" names.ckpt
succeeds mm-gpt --n-layer 1 --n-embd 16 --steps 20 odd.txt
cp "$out" odd.ckpt
succeeds "$export_hf" names.ckpt names
[ ! -s "$out" ] || die "data on standard output"
mkdir odd # an empty directory will do
succeeds "$export_hf" - odd <odd.ckpt
succeeds "$export_hf" names.run new/from-a-run
diff -r names new/from-a-run || die "a run is exported otherwise than its model"

succeeds python3 "$exported" files

# What cannot be exported; nothing is left behind.
refuses() {
  local reason=$1
  shift
  fails "export-hf: $reason" "$export_hf" "$@"
  [ ! -e none ] || die "a directory is left where '$reason' is expected"
  [ -z "$(find . -name '.none*')" ] || die "a hidden directory is left where '$reason' is expected"
}
# altered PATTERN REPLACEMENT: writes a model whose header is another of the same length.
altered() {
  LC_ALL=C sed "s/$1/$2/" names.ckpt >altered
  [ "$(wc -c <altered)" -eq "$(wc -c <names.ckpt)" ] || die "another length"
  ! cmp -s altered names.ckpt || die "no $1 in the header"
}
refuses "missing: No such file or directory" missing none
refuses "names: Is a directory" names none
refuses "names: the directory exists and is not empty" names.ckpt names
refuses "names.txt: Not a directory" names.ckpt names.txt
refuses "names.txt: File exists" names.ckpt names.txt/none
refuses "-: empty input; expected a model of mm-gpt" - none </dev/null
refuses "names.txt: not a model: no safetensors" names.txt none
succeeds mm-gpt --steps 0 --n-layer 1 --n-embd 4 --text odd.txt
cp "$out" text
refuses "text: a model in the text form; write it without --text" text none
mm-count names.txt >counts
refuses "counts: a model of kind counts; a GPT of mm-gpt is wanted" counts none
refuses "$fixtures/gpt-tiny/init.safetensors: mm.kind is missing; write the model with mm-gpt" \
  "$fixtures/gpt-tiny/init.safetensors" none
bytes=$((4 * (27 * 32 + 16 * 32 + 2 * (12 * 32 * 32 + 13 * 32) + 2 * 32 + 27 * 32)))
head -c $(($(wc -c <names.ckpt) - 9)) names.ckpt >altered
refuses "altered: truncated: $((bytes - 9)) of $bytes bytes of data" altered none
for cut in 5 8 100; do
  head -c $cut names.ckpt >altered
  refuses "altered: truncated: the input ends before its header does" altered none
done
cat names.ckpt odd.ckpt >altered
refuses "altered: bytes after the model; one model is wanted" altered none
altered 'ln_f\.bias' 'ln_F.bias'
refuses "altered: the tensor transformer.ln_f.bias is missing" altered none
altered '\[27,32\]' '[32,27]'
refuses "altered: the tensor transformer.wte.weight is F32 [32, 27], expected F32 [27, 32]" \
  altered none
altered '"mm.config":"{' '"mm.config":"['
run "$export_hf" altered none
grep -q '^export-hf: altered: mm.config is not JSON: ' "$err" || die "no JSON: $(cat "$err")"
altered '"abc' '"bac'
refuses "altered: mm.vocab is not the vocabulary of the model" altered none
altered '"mm.version":"1"' '"mm.version":"2"'
refuses "altered: a model of version 2; version 1 is known" altered none
altered '"data_offsets":\[0' '"data_offsets":{0'
run "$export_hf" altered none
grep -q '^export-hf: altered: the header is not JSON: ' "$err" || die "no JSON: $(cat "$err")"
altered '"shape":\[27,32\]' '"shapE":[27,32]'
refuses "altered: a header that safetensors does not know" altered none
if (ulimit -f 20 && trap '' XFSZ && "$export_hf" names.ckpt none) 2>"$err"; then
  die "a file that cannot be written is not an error"
fi
equals "export-hf: none/model.safetensors: File too large" "$(cat "$err")" "a full disk"
[ -z "$(find . -name '*none*')" ] || die "a half directory is left"

hint="Try 'scripts/export-hf --help' for more information."
run "$export_hf" names.ckpt
said 2 "export-hf: missing operand: DIR"$'\n'"$hint"
run "$export_hf" --force names.ckpt none
said 2 "export-hf: unknown option '--force'"$'\n'"$hint"
run "$export_hf" -- a b c
said 2 "export-hf: extra operand 'c'"$'\n'"$hint"
succeeds "$export_hf" --help
equals 'Usage: scripts/export-hf CHECKPOINT DIR' "$(head -n 1 "$out")" "--help"
if [ -e /dev/full ]; then
  if "$export_hf" --help >/dev/full 2>"$err"; then die "a full disk is not an error with --help"; fi
  equals "export-hf: standard output: No space left on device" "$(cat "$err")" "--help"
fi

# returns MODEL: what mm-gpt wrote last has the tensors of the model, byte for byte.
returns() {
  python3 "$exported" same "$1" "$out" || die "$1 is not written back"
}

# A model of another program has no vocabulary; it is then that of the data.
fixture=$fixtures/gpt-tiny
heads=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["n_head"])' <"$fixture/config.json")
succeeds mm-gpt --init "$fixture/init.safetensors" --n-head "$heads" --steps 0 "$fixture/names.txt"
returns "$fixture/init.safetensors"

if ! python3 -c 'import safetensors.torch, torch, transformers' 2>"$err"; then
  skip "no python3 with torch, transformers and safetensors, so no export is opened"
  exit 0
fi

run python3 "$exported" open
[ "$status" -eq 0 ] || die "$(tail -n 3 "$err")"

run mm-gpt --init torch.safetensors --steps 0 names.txt
said 1 "mm-gpt: torch.safetensors: the model does not state its number of heads; give --n-head"
succeeds mm-gpt --init torch.safetensors --n-head 2 --steps 0 names.txt
returns torch.safetensors
