"""Prints the mean milliseconds of a training step of makemore's Transformer.

Usage: bench-gpt.py BATCH LAYERS HEADS WIDTH eager|compiled memory|loader

Batches are encoded beforehand and come from memory, or from makemore's loader, which encodes names
in four processes beside the training."""

import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

B, L, H, C = map(int, sys.argv[1:5])
words = open("names.txt").read().split()
letter = {c: i + 1 for i, c in enumerate(sorted(set("".join(words))))}
T, V = max(map(len, words)) + 1, len(letter) + 1
X = torch.zeros(len(words), T, dtype=torch.long)
Y = torch.full((len(words), T), -1)
for i, word in enumerate(words):
    tokens = torch.tensor([letter[c] for c in word])
    X[i, 1:1 + len(word)] = Y[i, :len(word)] = tokens
    Y[i, len(word)] = 0

class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.c_attn, self.proj = nn.Linear(C, 3 * C), nn.Linear(C, C)
        self.c_fc, self.c_proj = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)
        self.register_buffer("past", torch.tril(torch.ones(T, T)).bool())

    def forward(self, x):
        q, k, v = (part.view(-1, T, H, C // H).transpose(1, 2)
                   for part in self.c_attn(self.ln_1(x)).split(C, dim=2))
        scores = (q @ k.transpose(-2, -1) / math.sqrt(C // H)).masked_fill(~self.past, -math.inf)
        y = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(-1, T, C)
        x = x + self.proj(y)
        u = self.c_fc(self.ln_2(x))
        gelu = 0.5 * u * (1 + torch.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))
        return x + self.c_proj(gelu)

class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(V, C), nn.Embedding(T, C)
        self.layers = nn.Sequential(*(Layer() for _ in range(L)))
        self.ln_f, self.head = nn.LayerNorm(C), nn.Linear(C, V, bias=False)

    def forward(self, x, y):
        h = self.layers(self.wte(x) + self.wpe(torch.arange(T)))
        return F.cross_entropy(self.head(self.ln_f(h)).view(-1, V), y.view(-1), ignore_index=-1)

torch.manual_seed(3407)
model = Transformer()
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
        batch = torch.randint(len(words), (B,))
        yield X[batch], Y[batch]

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
