"""Tiny models of random weights, one per family, as Hugging Face folders, and what transformers computes with them.

    python tiny_families.py FOLDER

writes FOLDER/tiny-gemma3, FOLDER/tiny-olmo2 and FOLDER/tiny-families.json, the golden numbers of the test
resources. Weights are large enough that windows, ropes and norms all show in the losses.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import Gemma3ForCausalLM, Gemma3TextConfig, Olmo2Config, Olmo2ForCausalLM

VOCABULARY = 40
SHAPE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "bos_token_id": 2,
}


def gemma3():
    return Gemma3ForCausalLM(
        Gemma3TextConfig(
            **SHAPE,
            num_hidden_layers=4,
            head_dim=8,
            sliding_window=4,
            query_pre_attn_scalar=11,
            layer_types=["sliding_attention", "full_attention"] * 2,
            rope_parameters={
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 2000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 50.0},
            },
        )
    )


def olmo2():
    return Olmo2ForCausalLM(Olmo2Config(**SHAPE, num_hidden_layers=3, rope_theta=100.0))


def tokenizer():
    words = {f"w{id}": id for id in range(VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="w3"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@torch.no_grad()
def numbers(model):
    torch.manual_seed(3)
    ids = torch.randint(4, VOCABULARY, (1, 24))
    scores = torch.log_softmax(model(ids).logits[0, :-1].double(), -1)
    losses = -scores[torch.arange(23), ids[0, 1:]]
    greedy = ids[:, :5]
    for _ in range(16):
        greedy = torch.cat([greedy, model(greedy).logits[:, -1:].argmax(-1)], 1)
    return {"ids": ids[0].tolist(), "losses": losses.tolist(), "greedy": greedy[0].tolist()}


def main():
    folder = Path(sys.argv[1])
    golden = {}
    for seed, (name, make) in enumerate({"tiny-gemma3": gemma3, "tiny-olmo2": olmo2}.items()):
        torch.manual_seed(seed)
        model = make().float().eval()
        with torch.no_grad():
            for parameter_name, parameter in model.named_parameters():
                gain = "norm" in parameter_name
                parameter.add_(0.4 * torch.randn_like(parameter)) if gain else parameter.mul_(20)
        model.save_pretrained(folder / name)
        tokenizer().save(str(folder / name / "tokenizer.json"))
        golden[name] = numbers(model)
    (folder / "tiny-families.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
