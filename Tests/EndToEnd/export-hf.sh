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

cat >files.py <<'EOF'
import json, os, struct, sys

def read(path):
    data = open(path, "rb").read()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data = data[8 + length:]
    return metadata, {n: (t["shape"], data[slice(*t["data_offsets"])]) for n, t in header.items()}

def load(path):
    return json.load(open(path, encoding="utf-8"))

for name in ("names", "odd"):
    metadata, tensors = read(f"{name}.ckpt")
    assert sorted(os.listdir(name)) == [
        "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json"], os.listdir(name)
    exported, weights = read(f"{name}/model.safetensors")
    assert exported == {"format": "pt"}, exported
    assert weights == tensors
    config = load(f"{name}/config.json")
    assert config.pop("pad_token_id") == 0
    assert config == json.loads(metadata["mm.config"])
    tokenizer = load(f"{name}/tokenizer.json")
    boundary, *vocabulary = tokenizer["model"]["vocab"]
    assert "".join(vocabulary) == metadata["mm.vocab"]
    assert list(tokenizer["model"]["vocab"].values()) == list(range(config["vocab_size"]))
    assert boundary == {"names": "<|boundary|>", "odd": "<|boundary!|>"}[name]
    settings = load(f"{name}/tokenizer_config.json")
    assert settings["bos_token"] == settings["eos_token"] == settings["pad_token"] == boundary
    assert settings["clean_up_tokenization_spaces"] is False
    assert load(f"{name}/generation_config.json")["max_length"] == config["n_positions"] + 1
assert os.stat("names").st_mode == os.stat("new").st_mode
EOF
succeeds python3 files.py

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
  die "a file that cannot be written is no error"
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
  if "$export_hf" --help >/dev/full 2>"$err"; then die "a full disk is no error with --help"; fi
  equals "export-hf: standard output: No space left on device" "$(cat "$err")" "--help"
fi

# returns MODEL: what mm-gpt wrote last has the tensors of the model, byte for byte.
returns() {
  python3 - "$1" "$out" <<'EOF' || die "$1 is not written back"
import json, struct, sys

def read(path):
    data = open(path, "rb").read()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", {})
    data = data[8 + length:]
    return {n: (t["dtype"], t["shape"], data[slice(*t["data_offsets"])])
            for n, t in header.items()}

assert read(sys.argv[1]) == read(sys.argv[2])
EOF
}

# A model of another program has no vocabulary; the data tell it.
fixture=$fixtures/gpt-tiny
heads=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["n_head"])' <"$fixture/config.json")
succeeds mm-gpt --init "$fixture/init.safetensors" --n-head "$heads" --steps 0 "$fixture/names.txt"
returns "$fixture/init.safetensors"

if ! python3 -c 'import safetensors.torch, torch, transformers' 2>"$err"; then
  skip "no python3 with torch, transformers and safetensors, so no export is opened"
  exit 0
fi

cat >open.py <<'EOF'
import random, subprocess
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

def tool(*arguments):
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout.decode()

random.seed(1)
for name, prompts in (
    ("names", ["", "e", "emm", "mar", "zz", "alexand"]),
    ("odd", ["", " ", " a b", "<|bound", "e\u0301 Ü \t", "d't"]),
):
    model = AutoModelForCausalLM.from_pretrained(name).eval()
    tokenizer = AutoTokenizer.from_pretrained(name)
    assert model.dtype == torch.float32
    with open(f"{name}.txt", encoding="utf-8", newline="\n") as file:
        items = file.read().split("\n")[:-1]
    items = [max(items, key=len)] + random.sample(items, min(100, len(items)))

    # Each character is a token, behind the boundary; what is put together is what was taken apart.
    for item in items:
        ids = tokenizer(item).input_ids
        assert ids[0] == 0 and len(ids) == len(item) + 1 and 0 not in ids[1:], (item, ids)
        assert tokenizer.decode(ids, skip_special_tokens=True) == item, (item, ids)
        assert tokenizer.decode(ids) == tokenizer.bos_token + item, (item, ids)
    assert list(tokenizer(items[0])) == ["input_ids", "attention_mask"]
    try:
        tokenizer("\u2603")
    except Exception as error:
        assert "Missing [UNK]" in str(error), error
    else:
        raise AssertionError("an unknown character is no error")

    # The loss of each item; both are sums of float32, some hundred roundings of 6e-8 away.
    with open("items", "w", encoding="utf-8", newline="\n") as file:
        file.writelines(item + "\n" for item in items)
    rows = tool("mm-loss", "--per-line", f"{name}.ckpt", "items").split("\n")[:-1]
    assert len(rows) == len(items)
    for row in rows:
        nll, tokens, item = row.split("\t", 2)
        ids = tokenizer(item + tokenizer.eos_token, return_tensors="pt").input_ids
        with torch.no_grad():
            logits = model(ids[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits[0], ids[0, 1:], reduction="sum").item()
        assert int(tokens) == ids.shape[1] - 1
        assert abs(loss / float(nll) - 1) < 1e-4, (item, nll, loss)

    # Greedy continuations, to the boundary or as far as the block goes.
    longest = model.config.n_positions
    for prompt in prompts:
        ids = model.generate(**tokenizer(prompt, return_tensors="pt"), do_sample=False)[0]
        theirs = tokenizer.decode(ids, skip_special_tokens=True)
        ours = tool("mm-sample", "-n1", "--top-k=1", f"--prompt={prompt}",
                    f"--max-length={longest}", f"{name}.ckpt")
        assert ours == theirs + "\n", (prompt, ours, theirs)
        assert ids[-1] == 0 or len(ids) == longest + 1, (prompt, ids)

# The state of a run, as PyTorch reads it.
run, model = load_file("names.run"), AutoModelForCausalLM.from_pretrained("names")
for name, tensor in model.state_dict().items():
    assert torch.equal(run.pop(name), tensor), name
    for moment in ("exp_avg", "exp_avg_sq"):
        assert run.pop(f"optimizer.{moment}.{name}").shape == tensor.shape, name
assert not run, list(run)

torch.manual_seed(1)
save_file(GPT2LMHeadModel(GPT2Config(
    n_layer=3, n_head=2, n_embd=24, n_positions=20, vocab_size=27, tie_word_embeddings=False,
)).state_dict(), "torch.safetensors")
EOF
run python3 open.py
[ "$status" -eq 0 ] || die "$(tail -n 3 "$err")"

run mm-gpt --init torch.safetensors --steps 0 names.txt
said 1 "mm-gpt: torch.safetensors: the model does not tell its number of heads; give --n-head"
succeeds mm-gpt --init torch.safetensors --n-head 2 --steps 0 names.txt
returns torch.safetensors
