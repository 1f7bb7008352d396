"""Loads a PEFT adapter that Weft exported for a causal language model; compares log-likelihoods.

    python check_adapter.py MODEL_FOLDER ADAPTER_FOLDER TEXTS.json

TEXTS.json is what dev.weft.benchmarks.GreedyAnswers wrote for a run folder:
[{"ids": [...], "promptTokens": 0, "logLikelihood": -12.3}, ...], where logLikelihood sums over the
tokens at index >= max(1, promptTokens).
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def log_likelihood(model, ids, prompt):
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids])).logits[0]
    scores = torch.log_softmax(logits.double(), -1)
    return sum(scores[i - 1, ids[i]].item() for i in range(max(1, prompt), len(ids)))


def main(model_folder, adapter_folder, texts_file):
    texts = json.loads(Path(texts_file).read_text())
    base = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32).eval()
    before = [log_likelihood(base, text["ids"], text["promptTokens"]) for text in texts]
    model = PeftModel.from_pretrained(base, adapter_folder).eval()
    difference = effect = 0.0
    for text, unadapted in zip(texts, before):
        peft = log_likelihood(model, text["ids"], text["promptTokens"])
        weft = text["logLikelihood"]
        difference = max(difference, abs(peft - weft) / abs(peft))
        effect = max(effect, abs(peft - unadapted) / abs(peft))
        print(f"{len(text['ids'])} tokens: PEFT {peft:.5f}, Weft {weft:.5f}, base {unadapted:.5f}")
    print(f"largest relative difference {difference:.2e}; the adapter changes up to {effect:.2e}")
    assert effect > 100 * difference, "the adapter does too little to be checked"
    assert difference <= 1e-4, "PEFT and Weft disagree"


if __name__ == "__main__":
    main(*sys.argv[1:])
