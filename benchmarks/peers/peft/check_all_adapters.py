"""Trains with every adapter, exports, reloads in PEFT: are the log-likelihoods equal?

    python check_all_adapters.py MODEL [--adapter NAME ...] [--quantization nf4]
                                 [--text text.txt] [--output FOLDER] [--classpath JARS]

MODEL is a Llama, a folder or a .gguf file. Each adapter of docs/methods.md is trained for two rounds
by `weft simulate` over the quantized base, which is written down as it is held, decoded to float32,
so that PEFT and Weft stand on the same numbers (loftq counts on what quantization took away). What
Weft exported is wrapped around that base by PEFT and scores the run's held-out texts. Compared are

- the log-likelihood of each text with what Weft makes of the exported files, and
- the mean loss per token with what the run measured of its own state, before any export.
"""

import argparse
import json
import re
import subprocess
import tempfile
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM
from transformers.utils import logging

from check_adapter import log_likelihood

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
LAUNCHER = ROOT / "weft"
BUILT = ROOT / "cli/target/weft/lib/*"
SETTINGS = {
    "engine.precision": "float32",
    "method.name": "fedit",
    "method.rank": "8",
    "model.max-tokens": "96",
    "run.rounds": "2",
    "simulation.clients": "2",
    "simulation.centralized-reference": "false",
    "training.local-steps": "6",
    "training.batch-size": "4",
    "data.test-examples": "8",
    "data.public-examples": "8",
}


def adapters():
    """All names, from the table that Weft generates."""
    page = (ROOT / "docs/methods.md").read_text()
    table = page.split("<!-- begin generated: adapters -->")[1].split("<!-- end generated -->")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


def java(classpath, main, *arguments):
    command = ["java", "-Xmx3g", "-Dfile.encoding=UTF-8", "-cp", classpath, main, *arguments]
    result = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert result.returncode == 0, f"{main} failed: {result.stderr.strip()}"


def train(classpath, settings, folder):
    chosen = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    options = ["--output", str(folder.parent), "--set", f"run.name={folder.name}"]
    java(classpath, "dev.weft.cli.Weft", "simulate", *options, *chosen)


def measured_loss(run):
    """Of the state after the last round, as the run itself has measured it."""
    return json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["testLoss"]


def targets(text):
    return len(text["ids"]) - max(1, text["promptTokens"])


def compare(name, run, base_folder):
    """One row of the table, and whether it is as it should be."""
    texts = json.loads((run / "texts.json").read_text())
    base = AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32).eval()
    before = [log_likelihood(base, text["ids"], text["promptTokens"]) for text in texts]
    model = PeftModel.from_pretrained(base, run / "adapter").eval()
    peft = [log_likelihood(model, text["ids"], text["promptTokens"]) for text in texts]
    difference = max(abs(mine - text["logLikelihood"]) for mine, text in zip(peft, texts))
    effect = max(abs(mine - unadapted) for mine, unadapted in zip(peft, before))
    relative = max(
        abs(mine - text["logLikelihood"]) / abs(mine) for mine, text in zip(peft, texts))
    loss = -sum(peft) / sum(targets(text) for text in texts)
    off = abs(loss - measured_loss(run)) / loss
    config = json.loads((run / "adapter/adapter_config.json").read_text())
    verdict = "equal"
    if effect < 100 * difference:
        verdict = "too little effect to tell"
    if max(relative, off) > 1e-5:
        verdict = "DIFFERENT"
    print(
        f"{name:16} {config['peft_type'] + (' DoRA' if config.get('use_dora') else ''):10}"
        f"{len(config['target_modules']):6} {config['r']:5} {difference:10.1e} {effect:9.2f}"
        f" {loss:10.5f} {measured_loss(run):10.5f}  {verdict}", flush=True)
    return verdict == "equal"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--adapter", action="append")
    parser.add_argument("--quantization", default="nf4")
    parser.add_argument("--text", type=Path, default=HERE / "text.txt")
    parser.add_argument("--output", type=Path, help="keeps the run folders; default: a temporary one")
    parser.add_argument("--classpath", help="Weft's classes; default: those of the launcher's build")
    arguments = parser.parse_args()
    if not arguments.classpath:
        subprocess.run([LAUNCHER, "--version"], check=True, stdout=subprocess.DEVNULL)
    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    names = arguments.adapter or adapters()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.output or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        paragraphs = [line for line in arguments.text.read_text().splitlines() if line.strip()]
        data = folder / "paragraphs.jsonl"
        data.write_text("".join(json.dumps({"text": line}) + "\n" for line in paragraphs))
        common = SETTINGS | {
            "model.source": str(Path(arguments.model).resolve()),
            "model.quantization": arguments.quantization,
            "data.source": str(data.resolve()),
        }
        classpath = arguments.classpath or str(BUILT)
        runs = {name: folder / name for name in names}
        for done, (name, run) in enumerate(runs.items()):
            print(f"training {name} ({done + 1} of {len(runs)})", end="\r", flush=True)
            train(classpath, common | {"method.adapter": name}, run)
        base = folder / "base"
        java(classpath, "dev.weft.benchmarks.HeldOutLikelihoods", str(base), *map(str, runs.values()))
        print(
            f"{'adapter':16} {'PEFT form':10}{'layers':>6} {'rank':>5} {'max |Δ LL|':>10}"
            f" {'effect':>9} {'PEFT loss':>10} {'run loss':>10}  verdict")
        equal = [compare(name, run, base) for name, run in runs.items()]
    print(f"{sum(equal)} of {len(equal)} adapters have equal log-likelihoods in PEFT")
    raise SystemExit(0 if all(equal) else 1)


if __name__ == "__main__":
    main()
