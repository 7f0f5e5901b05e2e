"""makemore's Transformer in PyTorch, for the benchmarks: L layers of H heads and C channels, a block of T
tokens, V tokens."""

import math

import torch
from torch import nn
from torch.nn import functional as F

class Layer(nn.Module):
    def __init__(self, H, C, T):
        super().__init__()
        self.H, self.C = H, C
        self.ln_1, self.ln_2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.c_attn, self.proj = nn.Linear(C, 3 * C), nn.Linear(C, C)
        self.c_fc, self.c_proj = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)
        self.register_buffer("past", torch.tril(torch.ones(T, T)).bool())

    def forward(self, x):
        H, C, T = self.H, self.C, x.shape[1]
        q, k, v = (part.view(-1, T, H, C // H).transpose(1, 2)
                   for part in self.c_attn(self.ln_1(x)).split(C, dim=2))
        scores = (q @ k.transpose(-2, -1) / math.sqrt(C // H)).masked_fill(~self.past, -math.inf)
        y = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(-1, T, C)
        x = x + self.proj(y)
        u = self.c_fc(self.ln_2(x))
        gelu = 0.5 * u * (1 + torch.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))
        return x + self.c_proj(gelu)

class Transformer(nn.Module):
    def __init__(self, L, H, C, T, V):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(V, C), nn.Embedding(T, C)
        self.layers = nn.Sequential(*(Layer(H, C, T) for _ in range(L)))
        self.ln_f, self.head = nn.LayerNorm(C), nn.Linear(C, V, bias=False)

    def forward(self, x, y):
        """The mean loss of targets y, (B, T), after inputs x; -1 is no target."""
        h = self.layers(self.wte(x) + self.wpe(torch.arange(x.shape[1])))
        return F.cross_entropy(
            self.head(self.ln_f(h)).flatten(0, 1), y.flatten(), ignore_index=-1)

def batch(words, letter, T):
    """Inputs and targets of words as tokens, each (len(words), T)."""
    x, y = torch.zeros(len(words), T, dtype=torch.long), torch.full((len(words), T), -1)
    for i, word in enumerate(words):
        tokens = torch.tensor([letter[c] for c in word])
        x[i, 1:1 + len(word)] = y[i, :len(word)] = tokens
        y[i, len(word)] = 0
    return x, y
