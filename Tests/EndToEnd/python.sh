#!/usr/bin/env bash
# Tests that Python's safetensors opens what the tools write, and finds the same numbers in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

if ! python3 -c 'import numpy, safetensors.numpy' 2>"$err"; then
  skip "no python3 with safetensors and numpy, so no other reader opens the models"
  exit 0
fi

printf 'bob\nz. oë\n😀"\\\n' >"$directory/text"
cd "$directory"
for order in 2 3; do
  mm-count --order $order text >counts.$order
  mm-count --order $order --text text >counts.$order.text
  mm-fit counts.$order >bigram.$order
  mm-fit --text counts.$order >bigram.$order.text
done
mm-count </dev/null >counts.0
mm-loss --tensor counts.2 text >losses
mm-loss --tensor --text counts.2 text >losses.text

cat >open.py <<'EOF'
import numpy
from safetensors import safe_open
from safetensors.numpy import load_file

def read(path):
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    return load_file(path), metadata

def rows(path, labels):
    # The rows of each tensor of a model in the text form.
    tensors = []
    for line in open(path, encoding="utf-8", newline="\n").read().split("\n")[:-1]:
        if line.startswith("#tensor\t"):
            tensors.append([])
        elif not line.startswith("#"):
            tensors[-1].append(line.split("\t")[labels:])
    return tensors

vocab = "".join(sorted(set('bobz. oë😀"\\')))
V = len(vocab) + 1

def counted(order):
    # How often each n-gram occurs.
    counts = {}
    for item in open("text", encoding="utf-8").read().split("\n")[:-1]:
        tokens = [0] * (order - 1) + [vocab.index(c) + 1 for c in item] + [0]
        for i in range(len(tokens) - order + 1):
            ngram = tuple(tokens[i:i + order])
            counts[ngram] = counts.get(ngram, 0) + 1
    return counts

def check(name, kind, wanted):
    tensors, metadata = read(name)
    assert metadata == {
        "format": "pt", "mm.version": "1", "mm.kind": kind, "mm.vocab": vocab}, metadata
    assert {key: (tensor.dtype, tensor.shape) for key, tensor in tensors.items()} == wanted
    return tensors

tensor = check("counts.2", "counts", {"counts": ("int64", (V, V))})["counts"]
assert {tuple(map(int, i)): tensor[tuple(i)] for i in numpy.argwhere(tensor)} == counted(2)
text, = rows("counts.2.text", 1)
assert (numpy.array(text).astype("int64") == tensor).all()

n = len(counted(3))
tensors = check("counts.3", "counts", {"ngrams": ("uint8", (n, 3)), "counts": ("int64", (n,))})
assert dict(zip(map(tuple, tensors["ngrams"].tolist()), tensors["counts"])) == counted(3)
assert tensors["ngrams"].tolist() == sorted(map(list, counted(3)))
lines = open("counts.3.text", encoding="utf-8").read().split("\n")[2:-1]
assert [int(line.split("\t")[1]) for line in lines] == tensors["counts"].tolist()

for order in (2, 3):
    tensor = check(f"bigram.{order}", "bigram", {"weight": ("float32", (V,) * order)})["weight"]
    assert numpy.isfinite(tensor).all()
    text, = rows(f"bigram.{order}.text", 1)
    assert (numpy.array(text).astype("float32").ravel() == tensor.ravel()).all()

tensors, metadata = read("counts.0")
assert metadata["mm.vocab"] == "" and tensors["counts"].tolist() == [[0]]

tensors, metadata = read("losses")
assert metadata == {"format": "pt", "mm.version": "1", "mm.kind": "losses"}, metadata
assert sorted(tensors) == ["nll", "tokens"]
nll, tokens = rows("losses.text", 0)
assert tensors["nll"].dtype == "float64" and tensors["tokens"].dtype == "int64"
assert tensors["nll"].tolist() == [float(x) for x in nll[0]]
assert tensors["tokens"].tolist() == [int(x) for x in tokens[0]] == [4, 6, 4]
EOF
python3 open.py || die "Python's safetensors finds something else"

# What Python writes is read, whatever its order of keys and tensors.
cat >save.py <<'EOF'
import numpy
from safetensors.numpy import load_file, save_file
from safetensors import safe_open
with safe_open("counts.2", framework="np") as file:
    metadata = file.metadata()
tensors = load_file("counts.2")
tensors["another"] = numpy.ones(3, dtype="float16")
save_file(tensors, "saved", metadata=dict(reversed(list(metadata.items()))))
EOF
python3 save.py
mm-count --merge saved | cmp - counts.2 || die "what Python's safetensors writes is read otherwise"

# The fit is the reference's: PyTorch's start, and its gradient descent on the one-hot rows.
if ! python3 -c 'import torch, safetensors.torch' 2>"$err"; then
  skip "no torch, so mm-fit is not compared with it"
  exit 0
fi
mm-fit --steps 0 counts.2 >start
mm-fit --steps 20 --learning-rate 5 --l2 0.01 counts.2 >fit
mm-sample -n 50 --seed 5 counts.2 >names
mm-sample -n 50 --seed 5 bigram.2 >names.fit
cat >fit.py <<'EOF'
import torch
from safetensors.torch import load_file
counts = load_file("counts.2")["counts"]
V = len(counts)
W = torch.randn((V, V), generator=torch.Generator().manual_seed(2147483647))
assert (load_file("start")["weight"] == W).all()
W = W.double().requires_grad_()
n = counts.sum()
for _ in range(20):
    loss = -(counts * W.log_softmax(1)).sum() / n + 0.01 * (W ** 2).mean()
    W.grad = None
    loss.backward()
    W.data -= 5 * W.grad
# float32 keeps 24 bits of numbers below 8.
assert (load_file("fit")["weight"] - W).abs().max() < 8 * 2 ** -24

vocab = "".join(sorted(set('bobz. oë😀"\\')))
def names(P):
    g = torch.Generator().manual_seed(5)
    for _ in range(50):
        token, name = 0, ""
        while True:
            token = torch.multinomial(P[token], 1, replacement=True, generator=g).item()
            if token == 0:
                break
            name += vocab[token - 1]
        yield name
P = counts.float() / counts.float().sum(1, keepdim=True)
assert open("names", encoding="utf-8").read().split("\n")[:-1] == list(names(P))
P = load_file("bigram.2")["weight"].double().softmax(1).float()
assert open("names.fit", encoding="utf-8").read().split("\n")[:-1] == list(names(P))
EOF
python3 fit.py || die "PyTorch finds something else"
