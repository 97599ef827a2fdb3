"""The training loop: passes over the examples until the time or the steps are over; goes on where it was stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import torch

from index.training.batches import Batch
from index.training.body import Network

_WARM_UP = 0.06  # of the whole
_SAVE_SECONDS = 120.0
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


class Source(Protocol):
    """What a network is trained on."""

    def batches(self, chunk: int) -> Iterator[Batch]:
        """The batches of one chunk, 0 and up without end; always the same."""


@dataclass
class State:
    """How far the training is: `batches` of the chunk are done."""

    step: int = 0
    seconds: float = 0.0
    chunk: int = 0
    batches: int = 0


@dataclass(frozen=True)
class Fitting:
    """A training run. The same source and number of steps give the same network on one machine, stopped or not.

    Attributes:
        folder: holds the checkpoint, from which a stopped run goes on.
        device: where the network is, and the batches go.
        say: is told how far it is.
        half: compute in bfloat16, which some CPUs do twice as quickly as float32, and some only half as quickly.
    """

    network: Network
    source: Source
    folder: Path
    device: torch.device
    say: Callable[[str], None]
    half: bool = True

    def run(self, budget: Budget) -> None:
        """Train the network in place.

        Learning rates rise to their peak and fall to nothing in a straight line over the budget.
        """
        optimizer = _optimizer(self.network)
        state = _load(self.folder, self.network, optimizer, self.device)
        if state.step:
            self.say(f"Going on from step {state.step}, after {state.seconds / 60:.0f} minutes.")
        self.network.train()
        batches: Iterator[Batch] = islice(self.source.batches(state.chunk), state.batches, None)
        saved, running = time.monotonic(), 0.0
        started = saved - state.seconds
        while (progress := budget.progress(state.seconds, state.step)) < 1:
            batch = next(batches, None)
            if batch is None:
                state.chunk, state.batches = state.chunk + 1, 0
                batches = self.source.batches(state.chunk)
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
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.half):
            loss = self.network.loss(batch.to(self.device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        optimizer.step()
        return float(loss.detach())


def _optimizer(network: Network) -> torch.optim.AdamW:
    named = [(name, values) for name, values in network.named_parameters() if values.requires_grad]
    body = [values for name, values in named if name.startswith("encoder.")]
    heads = [values for name, values in named if not name.startswith("encoder.")]
    groups = [{"params": values, "peak": peak} for values, peak in zip((body, heads), network.rates, strict=True)]
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
