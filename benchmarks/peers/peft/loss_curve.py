"""Trains PEFT from Weft's starting point on Weft's batches and compares the losses of all steps.

    python loss_curve.py FOLDER

FOLDER as dev.weft.benchmarks.LossCurve wrote it:
    model/                 Hugging Face folder of the base (config.json, model.safetensors)
    adapter/               PEFT folder of the initial adapter
    batches.json           {"learningRate": 1e-4,
                            "batches": [[[token ids], ...], ...],
                            "promptTokens": [[0, ...], ...]}
    weft-losses.json       {"losses": [...]} trained in float32
    weft-losses-bf16.json  the same trained in bfloat16; optional

A loss is the mean over the target tokens of a batch: those at index >= max(1, promptTokens) of
their example. The optimizer is AdamW: betas 0.9 and 0.999, epsilon 1e-8, no weight decay, constant
learning rate. Weft's bfloat16 is held to PEFT's float32 as well. PEFT's own losses are left in
peft-losses.json.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM

IGNORED = -100
LIMITS = {"weft-losses.json": 0.01, "weft-losses-bf16.json": 0.03}


def padded(sequences, prompts):
    """Token ids, attention mask and targets [batch, longest], padded on the right."""
    size = (len(sequences), max(map(len, sequences)))
    ids, mask, targets = torch.zeros(3, *size, dtype=torch.long)
    targets.fill_(IGNORED)
    for row, (sequence, prompt) in enumerate(zip(sequences, prompts, strict=True)):
        first = max(1, prompt)
        ids[row, : len(sequence)] = torch.tensor(sequence)
        mask[row, : len(sequence)] = 1
        targets[row, first : len(sequence)] = torch.tensor(sequence[first:])
    return ids, mask, targets


def train(folder, task):
    base = AutoModelForCausalLM.from_pretrained(
        folder / "model", dtype=torch.float32, attn_implementation="eager"
    )
    model = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True)
    model.eval()  # no dropout; gradients flow all the same
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        trained, lr=task["learningRate"], betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0
    )
    losses = []
    for sequences, prompts in zip(task["batches"], task["promptTokens"], strict=True):
        ids, mask, targets = padded(sequences, prompts)
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        loss = cross_entropy(
            logits[:, :-1].flatten(0, 1), targets[:, 1:].flatten(), ignore_index=IGNORED
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main(folder):
    folder = Path(folder)
    peft = train(folder, json.loads((folder / "batches.json").read_text()))
    (folder / "peft-losses.json").write_text(json.dumps({"losses": peft}) + "\n")
    print(f"PEFT float32: {len(peft)} steps, loss {peft[0]:.5f} -> {peft[-1]:.5f}")
    worst = {}
    for name in filter(lambda name: (folder / name).exists(), LIMITS):
        weft = json.loads((folder / name).read_text())["losses"]
        differences = [abs(w - p) / p for w, p in zip(weft, peft, strict=True)]
        worst[name] = max(differences)
        print(
            f"{name}: loss {weft[0]:.5f} -> {weft[-1]:.5f}, largest relative difference "
            f"{worst[name]:.2e} at step {differences.index(worst[name]) + 1}"
        )
    assert worst, "Weft's losses are missing"
    assert all(worst[name] <= LIMITS[name] for name in worst), "PEFT and Weft train differently"


if __name__ == "__main__":
    main(*sys.argv[1:])
