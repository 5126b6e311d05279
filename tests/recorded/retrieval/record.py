"""Records the metrics of sentence-transformers' InformationRetrievalEvaluator for a small random collection.

    pip install sentence-transformers==6.2.0
    python tests/recorded/retrieval/record.py

The collection has queries with one to four relevant passages, equal vectors (ties), and fewer passages than the
deepest cut-off. Vectors are small integers; their reader has to normalise them.
"""

import json
import pathlib
import random
import tempfile

import torch
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

HERE = pathlib.Path(__file__).parent
DIMENSION = 6
draw = random.Random(7)


def vector():
    return [draw.randint(-9, 9) for _ in range(DIMENSION)]


passages = {f"d{i:02d}": vector() for i in range(40)}
for copy, original in [("d31", "d02"), ("d05", "d17"), ("d39", "d00"), ("d01", "d00")]:
    passages[copy] = passages[original]
queries, relevant = {}, {}
for i in range(25):
    relevant[f"q{i}"] = draw.sample(sorted(passages), draw.choice([1, 1, 2, 4]))
    target = passages[relevant[f"q{i}"][0]]
    queries[f"q{i}"] = [value + draw.randint(-14, 14) for value in target]

vectors = queries | passages


class FixedVectors:
    """Replaces a model: a text is the id of its vector."""

    similarity_fn_name = "cosine"
    model_card_data = None

    def encode_query(self, texts, **_):
        return torch.nn.functional.normalize(torch.tensor([vectors[text] for text in texts], dtype=torch.float32))

    encode_document = encode_query

    def similarity(self, a, b):
        return a @ b.T


class Quiet(InformationRetrievalEvaluator):
    def store_metrics_in_model_card_data(self, *_):
        pass


def evaluate(output=None, **cutoffs):
    ids = {name: name for name in queries}
    evaluator = Quiet(ids, {name: name for name in passages}, {q: set(d) for q, d in relevant.items()}, **cutoffs)
    return evaluator(FixedVectors(), output_path=output)


with tempfile.TemporaryDirectory() as folder:
    evaluate(folder)
    [file] = pathlib.Path(folder).iterdir()
    csv = file.read_text()

metrics = evaluate(mrr_at_k=[5, 10], ndcg_at_k=[5, 10])
metrics = {name.removeprefix("cosine_").replace("accuracy", "hit"): float(value) for name, value in metrics.items()}
record = {"passages": passages, "queries": queries, "relevant": relevant, "metrics": metrics, "csv": csv}
(HERE / "evaluator.json").write_text(json.dumps(record) + "\n")
