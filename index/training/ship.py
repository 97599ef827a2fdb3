"""From checkpoints to the graph that ships: an ONNX graph, attention fused, weights in half precision or in 8 bits."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index.encoder.graph import INPUTS, fuse_graph, write_graph
from index.training.body import Network, model_folder

_LARGE = 1024  # numbers of a weight from which on it is kept in half precision
AnyNetwork = TypeVar("AnyNetwork", bound=Network)


def ship(network: Network, folders: Sequence[Path], target: Path, *, half: bool = False) -> str:
    """Write the graph of runs' checkpoints, and tokenizer.json beside it; what was written, as a sentence.

    Args:
        network: of the kind that was trained.
        folders: hold the checkpoints; see `trained`.
        target: the graph's file.
        half: weights in half precision, not in 8 bits: twice as large.

    Raises:
        FileNotFoundError: a folder holds no checkpoint.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    trained(network, folders)
    with tempfile.TemporaryDirectory() as work:
        plain = write_graph(network, INPUTS, network.outputs, Path(work))
        fused = fuse_graph(plain, network.encoder.config, fuse_embeddings=False)
        shipped = _in_half_precision(fused, Path(work)) if half else _in_eight_bits(fused, Path(work))
        new = target.with_name(f"{target.name}.new")
        shutil.copyfile(shipped, new)
        new.replace(target)
    shutil.copyfile(model_folder(folders[0]) / "tokenizer.json", target.with_name("tokenizer.json"))
    return f"{target}: {target.stat().st_size / 1e6:.1f} MB."


def trained(network: AnyNetwork, folders: Sequence[Path]) -> AnyNetwork:
    """The network with the weights of a checkpoint, or with the mean of those of several.

    The mean of runs that went on from the same one reads better than each of them and costs no more (Wortsman et al.
    2022, "Model soups").

    Raises:
        FileNotFoundError: a folder holds no checkpoint.
    """
    import torch  # noqa: PLC0415 - takes seconds

    paths = [_checkpoint(folder) for folder in folders]
    found = [torch.load(path, weights_only=True, map_location="cpu")["network"] for path in paths]
    # in the type of the weights: positions are whole numbers, the same in all
    mean = {name: sum(one[name] for one in found) / len(found) for name in found[0]}
    network.load_state_dict({name: values.to(found[0][name].dtype) for name, values in mean.items()})
    return network.eval()


def _checkpoint(folder: Path) -> Path:
    path = folder / "checkpoint.pt"
    if not path.exists():
        raise FileNotFoundError(f"There is no checkpoint in {folder}; train first.")
    return path


def _in_half_precision(path: Path, work: Path) -> Path:
    """Large weights as float16 with a cast behind them, which onnxruntime does once, when it loads the graph.

    Word vectors are looked up in half precision, and only those found are cast.
    """
    import onnx  # noqa: PLC0415 - takes a while
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - likewise

    model = onnx.load(path)
    graph = model.graph
    casts: list[Any] = []
    for weight in list(graph.initializer):
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < _LARGE:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{weight.name}_half")
        graph.initializer.remove(weight)
        graph.initializer.append(half)
        users = [node for node in graph.node if weight.name in node.input]
        if all(node.op_type == "Gather" for node in users):
            for node in users:
                node.input[0] = half.name
                found = node.output[0]
                node.output[0] = f"{found}_half"
                casts.append((list(graph.node).index(node) + 1, _cast(helper, node.output[0], found)))
        else:
            casts.append((0, _cast(helper, half.name, weight.name)))
    for place, cast in sorted(casts, key=lambda pair: -pair[0]):
        graph.node.insert(place, cast)
    onnx.checker.check_model(model)
    onnx.save(model, work / "half.onnx")
    return work / "half.onnx"


def _cast(helper: Any, source: str, target: str) -> Any:
    from onnx import TensorProto  # noqa: PLC0415 - takes a while

    return helper.make_node("Cast", [source], [target], to=TensorProto.FLOAT, name=f"{target}_cast")


def _in_eight_bits(path: Path, work: Path) -> Path:
    """Weights in 8 bits, each output channel with its own scale; what flows between them is quantised as it comes."""
    from onnx import TensorProto  # noqa: PLC0415 - takes a while
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - likewise

    quantize_dynamic(
        str(path),
        str(work / "eight.onnx"),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    return work / "eight.onnx"
