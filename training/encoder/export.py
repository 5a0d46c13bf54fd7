"""From the network to what is shipped: an int8 ONNX file, its tokens and what it is."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from heedful.detection.encoder import MOST_TOKENS, OUTPUTS
from training.encoder.network import MODEL, Network, padded


def export(network: Network, folder: Path) -> None:
    """Write `encoder.onnx`, `encoder.tokens.json` and `encoder.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers, mask = padded([[101, 7592, 102], [101, 7592, 2088, 102]])
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            network, (numbers, mask), str(whole), input_names=["numbers", "mask"], output_names=["logits"], opset_version=17, dynamo=False,
            dynamic_axes={"numbers": {0: "batch", 1: "tokens"}, "mask": {0: "batch", 1: "tokens"}, "logits": {0: "batch"}},
        )  # fmt: skip
        # A scale a channel keeps what 32 bits find; seven bits keep processors without VNNI from running over.
        quantize_dynamic(whole, folder / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    tokens = json.loads((MODEL / "tokenizer.json").read_text("utf-8")) | {"padding": None, "truncation": None}
    (folder / "encoder.tokens.json").write_text(json.dumps(tokens, ensure_ascii=False, separators=(",", ":")), "utf-8")
    digest = hashlib.sha256((folder / "encoder.onnx").read_bytes()).hexdigest()
    about = {"format": 1, "version": digest[:12], "sha256": digest, "outputs": list(OUTPUTS), "most_tokens": MOST_TOKENS}
    (folder / "encoder.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
