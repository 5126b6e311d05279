"""Loads datasets of ours with both of llama-index's classes and saves them its own way: llama-index.py IN OUT IN OUT ..."""

import importlib.util
import json
import sys
from importlib.metadata import files

from llama_index.core.evaluation import EmbeddingQAFinetuneDataset as InCore


def in_finetuning():
    """The class as it moved to llama-index-finetuning, whose __init__ would import torch and three vendors' clients."""
    (path,) = [f for f in files("llama-index-finetuning") if f.match("finetuning/embeddings/common.py")]
    spec = importlib.util.spec_from_file_location("common", path.locate())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EmbeddingQAFinetuneDataset


def figures(kind, source):
    dataset = kind.from_json(source)
    return dataset, {
        "queries": dataset.queries,
        "corpus": dataset.corpus,
        "relevant": dataset.relevant_docs,
        "pairs": len(dataset.query_docid_pairs),
        "mode": dataset.mode,
    }


loaded = []
for source, copy in zip(sys.argv[1::2], sys.argv[2::2]):
    _, old = figures(InCore, source)
    dataset, new = figures(in_finetuning(), source)
    assert old == new, source
    dataset.save_json(copy)
    loaded.append(new)
print(json.dumps(loaded))
