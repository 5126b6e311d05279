"""Embeds texts as a user of sentence-transformers does, with SentenceTransformer.encode and its defaults.

Reads a job (see sentence-transformers.ts) as JSON from stdin and writes {seconds, firstSeconds} to stdout: those of all
texts, and those of the first ones, which are embedded before.
"""

import contextlib
import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from sentence_transformers import SentenceTransformer


def embed(job):
    torch.set_num_threads(job["threads"])
    torch.set_float32_matmul_precision("high" if job["precision"] == "tf32" else "highest")
    model = SentenceTransformer(job["model"], device=job["device"])
    model.max_seq_length = job["maxLength"]
    if job["precision"] == "bf16":
        model = model.bfloat16()

    def seconds(texts):
        started = time.perf_counter()
        model.encode(texts)
        return time.perf_counter() - started

    return {"firstSeconds": seconds(job["texts"][: job["warmUp"]]), "seconds": seconds(job["texts"])}


with contextlib.redirect_stdout(sys.stderr):
    result = embed(json.load(sys.stdin))
print(json.dumps(result))
