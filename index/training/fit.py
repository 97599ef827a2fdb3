"""The training loop: passes over the examples until the time or the steps are over; goes on where it was stopped."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from index.training.batches import Batch, batched, pieces_of
from index.training.examples import Maker
from index.training.network import Network, loss_of
from index.training.rows import in_pass

_RATE, _HEAD_RATE = 1.2e-4, 6e-4
_WARM_UP = 0.06  # of the whole
_SAVE_SECONDS = 120.0
_ROWS = 2048  # made into examples at a time
_LARGEST_GRADIENT = 1.0
_TOLD = 20  # steps


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop: after so many steps, where they are given, else seconds of training; all runs together."""

    seconds: float
    steps: int | None = None

    def progress(self, seconds: float, step: int) -> float:
        """0 to 1, how much of the budget is used."""
        used, budget = (step, self.steps) if self.steps is not None else (seconds, self.seconds)
        return min(1.0, used / budget) if budget > 0 else 1.0


@dataclass
class State:
    """How far the training is: `batches` of the chunk are done."""

    step: int = 0
    seconds: float = 0.0
    chunk: int = 0
    batches: int = 0


@dataclass(frozen=True)
class Fitting:
    """A training run.

    Attributes:
        folder: holds the checkpoint, from which a stopped run goes on.
        device: where the network is, and the batches go.
        seed: the same one, rows and number of steps give the same network on the same machine, stopped or not.
        say: is told how far it is.
    """

    network: Network
    maker: Maker
    tokenizer: Any
    folder: Path
    device: torch.device
    seed: int
    say: Callable[[str], None]

    def run(self, budget: Budget) -> None:
        """Train the network in place.

        Learning rates rise to their peak and fall to nothing in a straight line over the budget.
        """
        optimizer = _optimizer(self.network)
        state = _load(self.folder, self.network, optimizer, self.device)
        if state.step:
            self.say(f"Going on from step {state.step}, after {state.seconds / 60:.0f} minutes.")
        self.network.train()
        batches = self._batches(state)
        saved, running = time.monotonic(), 0.0
        started = saved - state.seconds
        while (progress := budget.progress(state.seconds, state.step)) < 1:
            batch = next(batches, None)
            if batch is None:
                state.chunk, state.batches = state.chunk + 1, 0
                batches = self._batches(state)
                continue
            loss = self._step(optimizer, batch, progress)
            running = 0.98 * running + 0.02 * loss if running else loss
            state.step, state.batches = state.step + 1, state.batches + 1
            state.seconds = time.monotonic() - started
            if state.step % _TOLD == 0:
                self.say(f"step {state.step}, {state.seconds / 60:.1f} min, part {state.chunk}, loss {running:.3f}")
            if time.monotonic() - saved > _SAVE_SECONDS:
                _save(self.folder, self.network, optimizer, state)
                saved = time.monotonic()
        _save(self.folder, self.network, optimizer, state)

    def _step(self, optimizer: torch.optim.AdamW, batch: Batch, progress: float) -> float:
        height = progress / _WARM_UP if progress < _WARM_UP else (1 - progress) / (1 - _WARM_UP)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * height
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            loss = loss_of(self.network, batch.to(self.device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        optimizer.step()
        return float(loss.detach())

    def _batches(self, state: State) -> Iterator[Batch]:
        """The batches left of one chunk of rows; the same seed and chunk give the same."""
        longest = max(len(in_pass(self.maker.rows, turn)) for turn in (0, 1))
        turn, place = divmod(state.chunk, -(-longest // _ROWS))
        order = in_pass(self.maker.rows, turn)
        random.Random(f"{self.seed} {turn}").shuffle(order)  # noqa: S311 - a seeded shuffle
        chosen = order[place * _ROWS : (place + 1) * _ROWS]
        rng = random.Random(f"{self.seed} {turn} {place}")  # noqa: S311 - likewise
        pieces = pieces_of(self.tokenizer, [example for i in chosen for example in self.maker.examples(i, rng)])
        shuffled = list(range(len(pieces)))
        rng.shuffle(shuffled)
        yield from islice(batched(pieces, shuffled), state.batches, None)


def _optimizer(network: Network) -> torch.optim.AdamW:
    trained = [parameter for parameter in network.encoder.parameters() if parameter.requires_grad]
    heads = [*network.span.parameters(), *network.answers.parameters()]
    groups = [{"params": trained, "peak": _RATE}, {"params": heads, "peak": _HEAD_RATE}]
    return torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01)


def _save(folder: Path, network: Network, optimizer: torch.optim.AdamW, state: State) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / "checkpoint.tmp"
    kept = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**kept, "state": vars(state), "chance": torch.get_rng_state()}, temporary)
    temporary.replace(folder / "checkpoint.pt")
    (folder / "state.json").write_text(json.dumps(vars(state)), "utf-8")


def _load(folder: Path, network: Network, optimizer: torch.optim.AdamW, device: torch.device) -> State:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return State()
    kept = torch.load(path, weights_only=True, map_location=device)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    if "chance" in kept:
        torch.set_rng_state(kept["chance"].cpu())
    return State(**kept["state"])
