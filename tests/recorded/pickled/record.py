"""Records files that torch.save writes: the reference for Hone's reader of pickled weights.

    pip install torch safetensors
    python tests/recorded/pickled/record.py

Writes the files of this folder. The weights are those of tests/recorded/tiny-bert/, which record.py makes.
"""

import collections
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

TARGET = Path(__file__).parent
MODEL = TARGET.parent / "tiny-bert"


class Attack:
    def __reduce__(self):
        return os.system, ("touch /tmp/hone-was-here",)


def main():
    weights = load_file(MODEL / "model.safetensors")

    # As transformers' save_pretrained wrote models: an OrderedDict with the versions of the modules, and a buffer.
    whole = collections.OrderedDict(weights)
    whole["embeddings.position_ids"] = torch.arange(48)[None]
    whole._metadata = collections.OrderedDict({"": {"version": 1}, "embeddings": {"version": 1}})
    torch.save(whole, TARGET / "tiny-bert.bin")

    # As older releases of sentence-transformers wrote the Dense modules after the pooling.
    dense = TARGET.parent / "architectures" / "bert-dense" / "model" / "2_Dense" / "model.safetensors"
    torch.save(collections.OrderedDict(load_file(dense)), TARGET / "dense.bin")

    # Views of shared storages, transposed and strided, scalars, empty tensors, every type of element, parameters.
    matrix = torch.arange(24.0).reshape(2, 3, 4)
    types = [torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]
    views = {
        "transposed": matrix.permute(2, 0, 1),
        "slice": matrix[1, 1:, ::2],
        "tied": matrix,
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 3),
        "bool": torch.tensor([True, False, True]),
        "parameter": torch.nn.Parameter(torch.arange(300.0)),
        **{str(t).removeprefix("torch."): torch.arange(5).to(t) for t in types},
    }
    torch.save(views, TARGET / "views.bin")
    save_file({name: t.detach().contiguous().clone() for name, t in views.items()}, TARGET / "views.safetensors")

    one = {"weight": torch.arange(4.0)}
    torch.save(one, TARGET / "old-format.bin", _use_new_zipfile_serialization=False)
    torch.save(one, TARGET / "protocol-4.bin", pickle_protocol=4)
    torch.save({"model": one, "epoch": 3}, TARGET / "checkpoint.bin")
    torch.save({**one, "attack": Attack()}, TARGET / "attack.bin")
    torch.save(torch.nn.Linear(2, 2), TARGET / "module.bin")
    torch.save({"weight": torch.arange(4.0).expand(3, 4)}, TARGET / "expanded.bin")
    torch.save({"weight": torch.zeros(2, dtype=torch.complex64)}, TARGET / "complex.bin")


if __name__ == "__main__":
    main()
