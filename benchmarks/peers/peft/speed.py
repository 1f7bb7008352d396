"""Training speed and memory of PEFT + transformers on this machine's CPU.

    python speed.py OUT.json [--shape smollm2-135m] [--precision f32] [--steps 10]

Every row of OUT.json is one fresh process, so that its peak is its own. Models have random, seeded
weights and are read from a folder as a user's would be: quantization happens while loading. PEFT
gets the faster of its two attention implementations; NF4 is bitsandbytes with double quantization,
measured with and without gradient checkpointing ("recompute").

peakResidentBytes is the process' VmHWM, loading included; trainingPeakResidentBytes counts from
the first training step on; runtimeResidentBytes is what the imports alone hold. Where the
CPU has no bf16 instructions torch emulates them, much slower: --precision f32 omits them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BitsAndBytesConfig, LlamaConfig, LlamaForCausalLM

from compare_answers import MeanPooledClassifier

SHAPES = {
    "smollm2-135m": {
        "sequences": 4,
        "tokens": 128,
        "model": LlamaForCausalLM,
        "targets": ["q_proj", "k_proj", "v_proj", "o_proj"],
        "config": LlamaConfig(
            vocab_size=49152, hidden_size=576, num_hidden_layers=30, num_attention_heads=9,
            num_key_value_heads=3, intermediate_size=1536, tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 100000.0}, rms_norm_eps=1e-5,
            use_cache=False,
        ),
    },
    "minilm": {
        "sequences": 16,
        "tokens": 64,
        "model": MeanPooledClassifier,
        "targets": ["query", "value"],
        "config": BertConfig(
            vocab_size=30522, hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
            intermediate_size=1536, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
            num_labels=8,
        ),
    },
}
PRECISIONS = {"f32": torch.float32, "bf16": torch.bfloat16}
WARM_UP = 3


def resident(field):
    """VmRSS or VmHWM of this process in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def load(shape, folder, variant):
    dtype = PRECISIONS[variant["precision"]]
    options = {}
    if variant["quantization"] == "nf4":
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype, llm_int8_skip_modules=["lm_head", "classifier"],
        )
        options["device_map"] = "cpu"
    return shape["model"].from_pretrained(
        folder, dtype=dtype, attn_implementation=variant["attention"], **options
    )


def adapt(base, shape, recompute):
    """LoRA as Weft trains it: float32 factors, and the head of a classifier with them."""
    classifier = shape["model"] is MeanPooledClassifier
    model = get_peft_model(base, LoraConfig(
        r=8, lora_alpha=16, target_modules=shape["targets"],
        modules_to_save=["classifier"] if classifier else None,
    ))
    if recompute:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable({"use_reentrant": False})
    return model.train()


def batches(shape, config):
    """The loss of a batch, given the model; random tokens, another batch at every step."""
    size = (shape["sequences"], shape["tokens"])
    while True:
        ids = torch.randint(config.vocab_size, size)
        if shape["model"] is LlamaForCausalLM:
            yield lambda model: model(input_ids=ids, labels=ids).loss
        else:
            labels = torch.randint(config.num_labels, size[:1])
            mask = torch.ones_like(ids)
            yield lambda model: torch.nn.functional.cross_entropy(
                model(input_ids=ids, attention_mask=mask).float(), labels
            )


def measure(variant, folder, steps):
    """One row, in this process."""
    runtime = resident("VmRSS")
    torch.manual_seed(0)
    shape = SHAPES[variant["shape"]]
    model = adapt(load(shape, folder, variant), shape, variant["recompute"])
    loading_peak = resident("VmHWM")
    Path("/proc/self/clear_refs").write_text("5")  # VmHWM starts again from here
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0, fused=True)
    seconds = []
    for _, loss_of in zip(range(WARM_UP + steps), batches(shape, shape["config"])):
        start = time.perf_counter()
        loss = loss_of(model)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        seconds.append(time.perf_counter() - start)
    training_peak = resident("VmHWM")
    tokens = shape["sequences"] * shape["tokens"]
    return {
        **variant,
        "tokensPerSecond": tokens / statistics.median(seconds[WARM_UP:]),
        "peakResidentBytes": max(loading_peak, training_peak),
        "trainingPeakResidentBytes": training_peak,
        "runtimeResidentBytes": runtime,
    }


def fresh_process(variant, folder, steps):
    row = ["--row", json.dumps(variant), "--steps", str(steps)]
    command = [sys.executable, __file__, *row, folder]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def rows(shape, precisions, steps):
    """All rows of a shape; of each kind the attention that was faster."""
    with tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(0)
        SHAPES[shape]["model"](SHAPES[shape]["config"]).save_pretrained(folder)
        kinds = [("none", False), ("nf4", False), ("nf4", True)]
        for precision, (quantization, recompute) in product(precisions, kinds):
            variant = {
                "shape": shape, "quantization": quantization, "precision": precision,
                "recompute": recompute,
            }
            yield max(
                (fresh_process(variant | {"attention": attention}, folder, steps)
                 for attention in ("eager", "sdpa")),
                key=lambda row: row["tokensPerSecond"],
            )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target", help="the JSON file to write")
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--precision", choices=PRECISIONS, action="append")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--row", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.row:
        print(json.dumps(measure(json.loads(arguments.row), arguments.target, arguments.steps)))
        return
    measured = []
    for shape in arguments.shape or SHAPES:
        for row in rows(shape, arguments.precision or PRECISIONS, arguments.steps):
            measured.append(row)
            print(
                f"{row['shape']:13} {row['quantization']:5} {row['precision']:5}"
                f" {'recompute' if row['recompute'] else '':10}{row['attention']:6}"
                f"{row['tokensPerSecond']:8.0f} tokens/s {row['peakResidentBytes'] / 1e6:6.0f} MB"
                f" (training {row['trainingPeakResidentBytes'] / 1e6:.0f} MB)",
                flush=True,
            )
    report = {"torch": torch.__version__, "threads": torch.get_num_threads(), "steps": measured}
    Path(arguments.target).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
