"""Trains makemore's Transformer in PyTorch as makemore.py does, and prints its held-out loss and the seconds.

Usage: bench-quality.py LIST HOLDOUT SEED STEPS

The held-out items are those of mm-gpt --holdout --seed: the last of torch.randperm."""

import sys
import time

import torch

from transformer import Transformer, batch

words = open(sys.argv[1], encoding="utf-8").read().split("\n")
words = [word for word in words if word]
holdout, seed, steps = map(int, sys.argv[2:5])
letter = {c: i + 1 for i, c in enumerate(sorted(set("".join(words))))}
T = max(map(len, words)) + 1
X, Y = batch(words, letter, T)

torch.manual_seed(seed)
order = torch.randperm(len(words))
train, held = order[:-holdout], order[-holdout:]
model = Transformer(4, 4, 64, T, len(letter) + 1)
optimizer = torch.optim.AdamW(
    model.parameters(), lr=5e-4, weight_decay=0.01, betas=(0.9, 0.99), eps=1e-8)
begin = time.perf_counter()
for step in range(steps):
    items = train[torch.randint(len(train), (32,))]
    loss = model(X[items], Y[items])
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
seconds = time.perf_counter() - begin
with torch.no_grad():
    print(f"{model(X[held], Y[held]).item():.4f} {seconds:.2f}")
