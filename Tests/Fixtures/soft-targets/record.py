# Records what PyTorch's cross entropy with probabilities as targets gives, in float64:
#   python3 Tests/Fixtures/soft-targets/record.py >Tests/Fixtures/soft-targets/cross-entropy.json
import json
import torch
from torch.nn.functional import cross_entropy

torch.manual_seed(3407)
rows = []
for V, share, scale in [(27, 0.7, 1 / 174), (19, 1.0, 0.25), (5, 0.3, 1.0), (64, 0.9, 0.5), (2, 0.5, 1.0)]:
    logits = (3 * torch.randn(V, dtype=torch.float64)).requires_grad_()
    p = torch.softmax(2 * torch.randn(V, dtype=torch.float64), 0)
    counts = torch.zeros(V, dtype=torch.float64)
    counts[torch.randint(V, (4,))] += torch.tensor([3.0, 1.0, 2.0, 1.0], dtype=torch.float64)
    n = counts.sum()
    target = (1 - share) * counts / n + share * p
    loss = n * cross_entropy(logits[None], target[None]) * scale
    loss.backward()
    plain = [cross_entropy(logits[None], torch.tensor([v])).item() for v in range(V)]
    rows.append(dict(share=share, scale=scale, logits=logits.tolist(), p=p.tolist(),
                     counts=[int(c) for c in counts], loss=loss.item(), nll=plain,
                     gradient=logits.grad.tolist()))
print(json.dumps(dict(pytorch=torch.__version__.split("+")[0],
                      made_by="cross_entropy(logits, (1 - share) counts / n + share p), n times, in float64",
                      rows=rows), indent=1))
