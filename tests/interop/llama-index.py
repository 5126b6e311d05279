"""Usage: IN OUT [IN OUT ...]: loads Hone's datasets with both of llama-index's classes, and saves them again."""

import importlib.util
import json
import sys
from importlib.metadata import files

from llama_index.core.evaluation import EmbeddingQAFinetuneDataset as InCore


def in_finetuning():
    """The class in llama-index-finetuning, loaded by its file: the package imports torch and three vendors' clients."""
    (path,) = [f for f in files("llama-index-finetuning") if f.match("finetuning/embeddings/common.py")]
    spec = importlib.util.spec_from_file_location("common", path.locate())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EmbeddingQAFinetuneDataset


def load(kind, source):
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
    _, in_core = load(InCore, source)
    dataset, content = load(in_finetuning(), source)
    assert in_core == content, source
    dataset.save_json(copy)
    loaded.append(content)
print(json.dumps(loaded))
