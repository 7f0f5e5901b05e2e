"""Prints the mean milliseconds of a training step of makemore's Transformer.

Usage: bench-gpt.py BATCH LAYERS HEADS WIDTH eager|compiled memory|loader

Batches are encoded beforehand and come from memory, or from makemore's loader, which encodes names
in four processes beside the training."""

import sys
import time

import torch

from transformer import Transformer, batch

B, L, H, C = map(int, sys.argv[1:5])
words = open("names.txt").read().split()
letter = {c: i + 1 for i, c in enumerate(sorted(set("".join(words))))}
T, V = max(map(len, words)) + 1, len(letter) + 1
X, Y = batch(words, letter, T)

torch.manual_seed(3407)
model = Transformer(L, H, C, T, V)
optimizer = torch.optim.AdamW(
    model.parameters(), lr=5e-4, weight_decay=0.01, betas=(0.9, 0.99), eps=1e-8)
loss_of = torch.compile(model) if sys.argv[5] == "compiled" else model

class Words(torch.utils.data.Dataset):
    def __len__(self):
        return len(words)

    def __getitem__(self, i):
        tokens = torch.tensor([letter[c] for c in words[i]])
        x, y = torch.zeros(T, dtype=torch.long), torch.zeros(T, dtype=torch.long)
        x[1:1 + len(tokens)] = y[:len(tokens)] = tokens
        y[len(tokens) + 1:] = -1
        return x, y

def from_memory():
    while True:
        picked = torch.randint(len(words), (B,))
        yield X[picked], Y[picked]

def from_loader():
    sampler = torch.utils.data.RandomSampler(Words(), replacement=True, num_samples=10**10)
    return iter(torch.utils.data.DataLoader(Words(), B, sampler=sampler, num_workers=4))

batches = from_loader() if sys.argv[6] == "loader" else from_memory()
for step in range(10**9):
    if step == 10:
        begin = time.perf_counter()
    x, y = next(batches)
    loss = loss_of(x, y)
    model.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    if step > 10 and time.perf_counter() > begin + 10:
        break
print((time.perf_counter() - begin) / (step - 9) * 1000)
