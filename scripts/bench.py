"""Times the loops of the lecture in PyTorch: a one-hot matrix in each step of training, and a call
of multinomial for each token. Prints the seconds of the fastest step, and names per second, the
most of five times 500."""

import time

import torch
import torch.nn.functional as F

words = open("names.txt").read().split()
letter = {c: i + 1 for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}
pairs = [(a, b) for w in words
         for a, b in zip([0] + [letter[c] for c in w], [letter[c] for c in w] + [0])]
xs, ys = (torch.tensor(side) for side in zip(*pairs))

g = torch.Generator().manual_seed(2147483647)
W = torch.randn((27, 27), generator=g, requires_grad=True)
fastest = float("inf")
for step in range(50):
    begin = time.perf_counter()
    xenc = F.one_hot(xs, num_classes=27).float()
    counts = (xenc @ W).exp()
    probs = counts / counts.sum(1, keepdims=True)
    loss = -probs[torch.arange(len(ys)), ys].log().mean()
    W.grad = None
    loss.backward()
    W.data += -20 * W.grad
    fastest = min(fastest, time.perf_counter() - begin)
print(fastest)

N = torch.zeros((27, 27), dtype=torch.int32)
N.index_put_((xs, ys), torch.tensor(1, dtype=torch.int32), accumulate=True)
P = N.float() / N.sum(1, keepdims=True)
most = 0
for batch in range(5):
    begin = time.perf_counter()
    for name in range(500):
        out, ix = [], 0
        while True:
            ix = torch.multinomial(P[ix], 1, replacement=True, generator=g).item()
            if ix == 0:
                break
            out.append(chr(96 + ix))
        "".join(out)
    most = max(most, 500 / (time.perf_counter() - begin))
print(most)
