"""Trains as a user of sentence-transformers does, with SentenceTransformerTrainer and MultipleNegativesRankingLoss.

Everything that the job does not name has its default. Reads a job (see sentence-transformers.ts) as JSON from stdin and
writes the figures as one line of JSON to stdout.
"""

import contextlib
import json
import os
import platform
import sys
import tempfile
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import sentence_transformers
import torch
import transformers
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
    losses,
)
from sentence_transformers.training_args import BatchSamplers
from transformers import TrainerCallback

from memory import peak_bytes


class RecordedLoss(losses.MultipleNegativesRankingLoss):
    def __init__(self, model, scale):
        super().__init__(model, scale=scale)
        self.values = []

    def forward(self, features, labels):
        loss = super().forward(features, labels)
        self.values.append(loss.detach())
        return loss


class StepTimer(TrainerCallback):
    """Measures from the end of one step to the end of the next, so that collating, which tokenises, is included."""

    def __init__(self, stop_after):
        self.seconds = []
        self.stop_after = stop_after

    def on_train_begin(self, args, state, control, **_):
        self.last = time.perf_counter()

    def on_step_end(self, args, state, control, **_):
        # A GPU computes behind the program: a step has ended when its results are there.
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now
        if self.stop_after and len(self.seconds) >= self.stop_after:
            control.should_training_stop = True


class GivenBatches(torch.utils.data.BatchSampler):
    """Consecutive pairs, in batches of the given sizes."""

    def __init__(self, sizes):
        self.sizes = sizes

    def __iter__(self):
        start = 0
        for size in self.sizes:
            yield list(range(start, start + size))
            start += size

    def __len__(self):
        return len(self.sizes)


class Trainer(SentenceTransformerTrainer):
    batches = None

    def get_batch_sampler(self, *args, **kwargs):
        return GivenBatches(self.batches) if self.batches else super().get_batch_sampler(*args, **kwargs)


def open_model(job):
    rates = ("hidden_dropout_prob", "attention_probs_dropout_prob")
    off = {} if job["dropout"] else dict.fromkeys(rates, 0.0)
    model = SentenceTransformer(job["model"], device=job.get("device", "cpu"), config_kwargs=off)
    model.max_seq_length = job["maxLength"]
    # A model without dropout layers has none to switch on.
    rate = max((m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)), default=None)
    if rate is not None and (rate > 0) != job["dropout"]:
        raise SystemExit(f"dropout should be {'on' if job['dropout'] else 'off'}, but its rate is {rate}")
    return model


def train(job):
    torch.set_num_threads(job["threads"])
    torch.set_float32_matmul_precision("high" if job["precision"] == "tf32" else "highest")
    device = job.get("device", "cpu")
    model = open_model(job)
    batches = job.get("batches")
    pairs = [pair for batch in batches for pair in batch] if batches else job["pairs"]
    dataset = Dataset.from_dict({"anchor": [pair[0] for pair in pairs], "positive": [pair[1] for pair in pairs]})
    loss, timer = RecordedLoss(model, job["scale"]), StepTimer(job.get("stopAfter"))
    with tempfile.TemporaryDirectory() as folder:
        args = SentenceTransformerTrainingArguments(
            output_dir=folder,
            num_train_epochs=job["epochs"],
            per_device_train_batch_size=job["batchSize"],
            learning_rate=job["learningRate"],
            warmup_steps=job["warmupRatio"],
            weight_decay=job["weightDecay"],
            max_grad_norm=job["maxGradientNorm"],
            seed=job["seed"],
            bf16=job["precision"] == "bf16",
            batch_sampler=BatchSamplers.NO_DUPLICATES if job.get("noDuplicates") else BatchSamplers.BATCH_SAMPLER,
            use_cpu=device == "cpu",
            dataloader_pin_memory=device == "cuda",
            save_strategy="no",
            report_to="none",
            logging_steps=10**9,
            disable_tqdm=True,
        )
        trainer = Trainer(model=model, args=args, train_dataset=dataset, loss=loss, callbacks=[timer])
        trainer.batches = batches and [len(batch) for batch in batches]
        trainer.train()
    peak = peak_bytes()
    device_peak = torch.cuda.max_memory_reserved() if device == "cuda" else 0
    if job.get("saveTo"):
        model.save(job["saveTo"], create_model_card=False)
    return {
        "seconds": timer.seconds,
        "losses": [value.item() for value in loss.values],
        "peakBytes": peak,
        **({"devicePeakBytes": device_peak} if device_peak else {}),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "sentence-transformers": sentence_transformers.__version__,
        },
    }


with contextlib.redirect_stdout(sys.stderr):
    result = train(json.load(sys.stdin))
print(json.dumps(result))
