"""Fine-tune the encoder on the processor. Seeded; the same data gives the same weights on the same machine."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from heedful.detection.encoder import MOST_TOKENS, OUTPUTS
from heedful.detection.labelled import Line
from training.encoder.examples import UNKNOWN, Example, of_lines, of_public, shuffled
from training.encoder.network import Network, padded, tokenizer
from training.public import HARM, Public, harmless_to_fit, read_public

SEED = 20_261_124
BATCH, RATE = 48, 3e-4
WEIGHT = {"theme": 1.0, "severity": 2.0, "intent": 0.15, "person": 0.1}


@dataclass(frozen=True)
class Plan:
    """How long and on what: public texts are drawn anew for each epoch. Last, one on what was mistaken for a worry."""

    epochs: int = 3
    harm_an_epoch: int = 2_000
    harmless_an_epoch: int = 5_000
    looked_through: int = 70_000
    mistaken: int = 6_000


def fit(lines: Sequence[Line], public: Path, plan: Plan, threads: int) -> Network:
    """The fine-tuned network, in evaluation mode."""
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    chance = random.Random(SEED)
    harm, harmless = _pools(public)
    network = Network()
    _teach(network, [_epoch(lines, harm, harmless, plan, chance) for _ in range(plan.epochs)], RATE, chance)
    mistaken = _most_mistaken(network, chance.sample(harmless, min(len(harmless), plan.looked_through)), plan.mistaken, chance)
    _teach(network, [[*of_lines(lines, chance), *mistaken]], RATE / 3, chance)
    return network.eval()


def _teach(network: Network, epochs: Sequence[list[Example]], rate: float, chance: random.Random) -> None:
    encode = tokenizer()
    steps = sum(-(-len(epoch) // BATCH) for epoch in epochs)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps + 1, pct_start=0.1, anneal_strategy="linear")
    weights = torch.tensor([WEIGHT[name.split(":")[0]] for name in OUTPUTS])
    network.train()
    began, step, total = time.monotonic(), 0, 0.0
    for batch in (batch for epoch in epochs for batch in shuffled(epoch, chance, BATCH)):
        targets = torch.tensor([example.targets for example in batch])
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(*padded(_numbers(batch, encode)))
        loss = _loss(logits.float(), targets, weights)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        step, total = step + 1, total + loss.item()
        if step % 50 == 0:
            print(f"step {step} of {steps}, loss {total / 50:.4f}, {time.monotonic() - began:.0f} s", flush=True)
            total = 0.0


def _most_mistaken(network: Network, rows: Sequence[Public], count: int, chance: random.Random) -> list[Example]:
    """Of harmless texts those that the network takes most for a worry: what it should see once more."""
    encode, place = tokenizer(), OUTPUTS.index("severity:2")
    examples = sorted(of_public(rows, chance), key=lambda example: len(example.text))
    network.eval()
    scores: list[float] = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(examples), 64):
            scores += network(*padded(_numbers(examples[start : start + 64], encode))).float()[:, place].tolist()
    order = sorted(range(len(examples)), key=lambda at: -scores[at])[:count]
    print(f"{sum(score > 0 for score in scores)} of {len(scores)} harmless texts were taken for a worry", flush=True)
    return [examples[at] for at in order]


def _numbers(batch: Sequence[Example], encode: Tokenizer) -> list[list[int]]:
    return [encode.encode(example.text).ids[:MOST_TOKENS] for example in batch]


def _loss(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    known = (targets != UNKNOWN).float()
    losses = binary_cross_entropy_with_logits(logits, targets.clamp(min=0), reduction="none")
    return (losses * known * weights).sum() / (known * weights).sum() * 10


def _pools(folder: Path) -> tuple[list[Public], list[Public]]:
    harm = [row for source in HARM for row in read_public(folder, source, part="train") if not row.is_harmless]
    return harm, list(harmless_to_fit(folder))


def _epoch(lines: Sequence[Line], harm: list[Public], harmless: list[Public], plan: Plan, chance: random.Random) -> list[Example]:
    """Each of our lines once; of the public texts as many of each source as evenly as it has them, hard ones first."""
    drawn = _evenly(harm, plan.harm_an_epoch, chance) + _evenly(harmless, plan.harmless_an_epoch, chance)
    return [*of_lines(lines, chance), *of_public(drawn, chance)]


def _evenly(rows: list[Public], count: int, chance: random.Random) -> list[Public]:
    by_source: dict[tuple[str, bool], list[Public]] = {}
    for row in rows:
        by_source.setdefault((row.source, row.is_hard), []).append(row)
    share = count // len(by_source)
    return [row for group in by_source.values() for row in chance.sample(group, min(share, len(group)))]
