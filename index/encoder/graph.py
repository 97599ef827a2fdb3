"""From a torch module to an ONNX graph: traced by torch, attention and the like fused by onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# what transformers call what goes in, each (batch, pieces)
INPUTS = ("input_ids", "attention_mask", "token_type_ids")

# dimensions of an output that differ from call to call, by place
Axes = Mapping[int, str]


def write_graph(module: Any, inputs: Sequence[str], outputs: Mapping[str, Axes], work: Path) -> Path:
    """Trace a module that takes these inputs, in this order, and gives these outputs; the graph's file in `work`."""
    import torch  # noqa: PLC0415 - takes seconds

    plain = work / "plain.onnx"
    axes: dict[str, Axes] = {name: {0: "batch", 1: "pieces"} for name in inputs}
    torch.onnx.export(
        module.eval(),
        tuple(torch.ones((2, 8), dtype=torch.int64) for _ in inputs),
        str(plain),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes | dict(outputs),
        opset_version=17,
        dynamo=False,
    )
    return plain


def fuse_graph(plain: Path, config: Any, *, fuse_embeddings: bool = True) -> Path:
    """The graph with what onnxruntime knows of such a network fused; the plain one where it knows nothing.

    Args:
        plain: the graph's file; the new one lies beside it.
        config: the network's, as transformers has it.
        fuse_embeddings: the lookup of word vectors, too, which wants them in full precision.
    """
    from onnxruntime.transformers import optimizer  # noqa: PLC0415 - takes seconds
    from onnxruntime.transformers.fusion_options import FusionOptions  # noqa: PLC0415 - likewise

    kind = str(config.model_type)
    if kind not in optimizer.MODEL_TYPES:
        return plain
    options = FusionOptions(kind)
    options.enable_embed_layer_norm = fuse_embeddings
    fused = optimizer.optimize_model(
        str(plain), kind, config.num_attention_heads, config.hidden_size, optimization_options=options
    )
    target = plain.with_name("fused.onnx")
    fused.save_model_to_file(str(target))
    return target


def hidden_states(body: Any, inputs: Sequence[str]) -> Any:
    """The body of a transformer as a module that takes these inputs by place and gives what it makes of each piece."""
    import torch  # noqa: PLC0415 - takes seconds

    class Hidden(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = body

        def forward(self, *given: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.body(**dict(zip(inputs, given, strict=True)), return_dict=True).last_hidden_state
            return found

    return Hidden()
