"""Loads a GGUF LoRA that Weft exported into llama.cpp; compares log-likelihoods and greedy answers.

    python check_gguf_adapter.py MODEL.gguf ADAPTER.gguf TEXTS.json

TEXTS.json is what dev.weft.benchmarks.GreedyAnswers wrote for a run folder:
[{"ids": [...], "promptTokens": 12, "logLikelihood": -12.3}, ...], where ids are a prompt and Weft's
greedy answer to it, and logLikelihood sums over the answer's tokens.

Over quantized weights llama.cpp rounds activations to 8 bits, so that an answer may turn where two
tokens are nearly equally likely; what must agree is the likelihood of Weft's answer. Over float32
weights nothing but its float16 keys and values is rounded.
"""

import json
import sys
from pathlib import Path

import torch
from llama_cpp import Llama


def scores(model, ids):
    """Log-probabilities [token, vocabulary] of what follows each token."""
    model.reset()
    model.eval(ids)
    return torch.log_softmax(torch.tensor(model.scores[: len(ids)]).double(), -1)


def log_likelihood(model, ids, prompt):
    table = scores(model, ids)
    return sum(table[i - 1, ids[i]].item() for i in range(max(1, prompt), len(ids)))


def agreeing(model, ids, prompt):
    """How many tokens of the answer llama.cpp would have chosen too, given those before."""
    choices = scores(model, ids).argmax(-1).tolist()
    return sum(choices[i - 1] == ids[i] for i in range(max(1, prompt), len(ids)))


def main(model_file, adapter_file, texts_file):
    texts = json.loads(Path(texts_file).read_text())
    window = max(len(text["ids"]) for text in texts)
    options = {"n_ctx": window, "logits_all": True, "verbose": False}
    base = Llama(model_file, **options)
    adapted = Llama(model_file, lora_path=adapter_file, **options)
    difference = effect = 0.0
    for text in texts:
        ids, prompt, weft = text["ids"], text["promptTokens"], text["logLikelihood"]
        count = len(ids) - max(1, prompt)
        peer, unadapted = (log_likelihood(model, ids, prompt) for model in (adapted, base))
        difference = max(difference, abs(peer - weft) / count)
        effect = max(effect, abs(peer - unadapted) / count)
        print(
            f"{count} tokens: llama.cpp {peer:.4f}, Weft {weft:.4f}, base {unadapted:.4f}; "
            f"{agreeing(adapted, ids, prompt)} of {count} greedy choices equal: "
            f"{adapted.detokenize(ids[prompt:], special=True).decode(errors='replace')!r}"
        )
    print(f"per token: largest difference {difference:.2e}; the adapter changes up to {effect:.2e}")
    assert effect > 4 * difference, "the adapter is not seen, or does too little to be checked"


if __name__ == "__main__":
    main(*sys.argv[1:])
