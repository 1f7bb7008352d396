"""Loads an adapter/ folder that Weft wrote into Hugging Face PEFT and compares answers.

    python compare_answers.py MODEL.onnx RUN_FOLDER ANSWERS.json

MODEL.onnx   all-minilm-l6-v2.onnx, as found in the langchain4j jar
RUN_FOLDER   a folder of `weft simulate --set model.quantization=none`
ANSWERS.json what dev.weft.benchmarks.PeftAnswers wrote for that folder:
             [{"ids": [...], "logProbabilities": [...]}, ...]
"""

import json
import sys

import onnx
import torch
from onnx import numpy_helper
from peft import PeftModel
from transformers import BertConfig, BertModel, PreTrainedModel


class MeanPooledClassifier(PreTrainedModel):
    """BertForSequenceClassification's layout with sentence-transformers' mean pooling."""

    config_class = BertConfig
    base_model_prefix = "bert"
    supports_gradient_checkpointing = True
    _supports_sdpa = True

    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(self, input_ids, attention_mask=None, **_):
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return self.classifier((hidden * mask).sum(1) / mask.sum(1))


def onnx_state_dict(path):
    """Initializers under their Hugging Face names; linear weights are stored [in, out] unnamed."""
    graph = onnx.load(path).graph
    tensors = {t.name: torch.tensor(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    state = {name: value for name, value in tensors.items() if not name.startswith("onnx::")}
    for node in graph.node:
        for name in node.input:
            if node.op_type == "MatMul" and name.startswith("onnx::MatMul"):
                layer = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
                state[layer + ".weight"] = tensors[name].T.contiguous()
    return state


def main(model_file, run_folder, answers_file):
    with open(answers_file) as file:
        examples = json.load(file)
    config = BertConfig(
        vocab_size=30522, hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
        intermediate_size=1536, num_labels=len(examples[0]["logProbabilities"]),
    )
    base = MeanPooledClassifier(config)
    missing, _ = base.bert.load_state_dict(onnx_state_dict(model_file), strict=False)
    assert not missing, missing
    model = PeftModel.from_pretrained(base, run_folder + "/adapter").eval()
    difference = scale = 0.0
    with torch.no_grad():
        for example in examples:
            ids = torch.tensor([example["ids"]])
            logits = model(input_ids=ids, attention_mask=torch.ones_like(ids))[0]
            peft = torch.log_softmax(logits.double(), -1)
            weft = torch.tensor(example["logProbabilities"], dtype=torch.double)
            difference = max(difference, (peft - weft).abs().max().item())
            scale = max(scale, weft.abs().max().item())
    print(
        f"{len(examples)} texts: log-probabilities down to -{scale:.3f}, "
        f"largest difference {difference:.2e}"
    )
    assert difference <= 1e-4, "PEFT and Weft disagree"


if __name__ == "__main__":
    main(*sys.argv[1:])
