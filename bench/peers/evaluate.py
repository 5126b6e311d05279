"""Evaluates a model with the evaluator of sentence-transformers.

Reads {model, dataset, maxLength} as JSON from stdin and writes {"ndcg@10": ...} to stdout.
"""

import contextlib
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

from sentence_transformers import SentenceTransformer
from sentence_transformers.evaluation import InformationRetrievalEvaluator

job = json.load(sys.stdin)
with contextlib.redirect_stdout(sys.stderr):
    with open(job["dataset"], encoding="utf-8") as file:
        dataset = json.load(file)
    relevant = {query: set(ids) for query, ids in dataset["relevant_docs"].items()}
    evaluator = InformationRetrievalEvaluator(dataset["queries"], dataset["corpus"], relevant, write_csv=False)
    model = SentenceTransformer(job["model"], device="cpu")
    model.max_seq_length = job["maxLength"]
    figures = evaluator(model)
print(json.dumps({"ndcg@10": float(figures["cosine_ndcg@10"])}))
