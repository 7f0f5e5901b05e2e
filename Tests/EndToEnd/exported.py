"""What Python finds in the files of export-hf.sh, in the current directory.

Usage: exported.py files        the exported directories hold what the checkpoints do
       exported.py same A B     two safetensors files hold the same tensors
       exported.py open         PyTorch and transformers find what the tools find
"""

import json
import os
import random
import struct
import subprocess
import sys


def read(path):
    """The metadata and the tensors of a safetensors file."""
    with open(path, "rb") as file:
        data = file.read()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data = data[8 + length:]
    return metadata, {n: (t["dtype"], t["shape"], data[slice(*t["data_offsets"])])
                      for n, t in header.items()}


def load(path):
    """The JSON in a file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def tool(*arguments):
    """What a command prints."""
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout.decode()


def check_files():
    """Checks the directories file by file."""
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


def check_opened():
    """Opens them with transformers, and PyTorch's way of saving a model for mm-gpt."""
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

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

        # Each character is a token, after the boundary; what is taken apart can be put together.
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
            raise AssertionError("an unknown character is not an error")

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
        by_muon = name.startswith("transformer.h.") and tensor.dim() == 2
        for moment in ("momentum_buffer",) if by_muon else ("exp_avg", "exp_avg_sq"):
            assert run.pop(f"optimizer.{moment}.{name}").shape == tensor.shape, name
    assert not run, list(run)

    torch.manual_seed(1)
    save_file(GPT2LMHeadModel(GPT2Config(
        n_layer=3, n_head=2, n_embd=24, n_positions=20, vocab_size=27, tie_word_embeddings=False,
    )).state_dict(), "torch.safetensors")


if sys.argv[1] == "files":
    check_files()
elif sys.argv[1] == "same":
    assert read(sys.argv[2])[1] == read(sys.argv[3])[1]
else:
    check_opened()
