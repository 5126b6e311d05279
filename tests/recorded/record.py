"""Records what PyTorch computes for a small random BERT: the reference for Hone's gradients and training.

    pip install torch transformers sentence-transformers
    python tests/recorded/record.py

Writes tests/recorded/tiny-bert/ (a sentence-transformers folder) and tests/recorded/torch/ (figures).
"""

import json
import random
import shutil
import string
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, BertTokenizerFast, get_linear_schedule_with_warmup

HERE = Path(__file__).parent
MODEL = HERE / "tiny-bert"
FIGURES = HERE / "torch"
WORK = HERE.parent.parent / ".cache" / "record"
SCALE, RATE, DECAY, STEPS, WARMUP = 20.0, 1e-3, 0.01, 6, 2


def build_model():
    torch.manual_seed(7)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    signs = list(string.ascii_lowercase + string.digits)
    words = special + list(".,?'-") + signs + ["##" + s for s in signs]
    tokenizer = Tokenizer(WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=48, initializer_range=0.3,
    )
    model = BertModel(config)
    for name, parameter in model.named_parameters():
        if name.endswith("bias") or "LayerNorm" in name:
            parameter.data += 0.1 * torch.randn_like(parameter)
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.rmtree(MODEL, ignore_errors=True)
    model.save_pretrained(WORK / "bert")
    BertTokenizerFast(tokenizer_object=tokenizer).save_pretrained(WORK / "bert")
    transformer = Transformer(str(WORK / "bert"), max_seq_length=40)
    SentenceTransformer(modules=[transformer, Pooling(16, pooling_mode="mean"), Normalize()], device="cpu").save(str(MODEL))
    (MODEL / "README.md").unlink()


def random_pairs(count):
    chance = random.Random(3)
    word = lambda: "".join(chance.choice(string.ascii_lowercase) for _ in range(chance.randint(1, 5)))
    text = lambda low, high: " ".join(word() for _ in range(chance.randint(low, high)))
    return [(text(2, 4) + "?", text(3, 14) + ".") for _ in range(count)]


def embed(transformer, ids, pooling):
    """L2-normalised embeddings of lists of token ids, padded, from transformers' BertModel."""
    longest = max(map(len, ids))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
    mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in ids])
    states = transformer(input_ids=padded, attention_mask=mask).last_hidden_state
    pooled = states[:, 0] if pooling == "cls" else (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(pooled, dim=-1)


def ranking_loss(transformer, queries, passages, pooling):
    scores = embed(transformer, queries, pooling) @ embed(transformer, passages, pooling).T * SCALE
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(queries)))


def load_model():
    return BertModel.from_pretrained(MODEL, add_pooling_layer=False).eval()


def main():
    build_model()
    shutil.rmtree(FIGURES, ignore_errors=True)
    FIGURES.mkdir()
    pairs = random_pairs(5)
    encoder = SentenceTransformer(str(MODEL), device="cpu")
    encode = lambda texts: [encoder.tokenizer(t, truncation=True, max_length=40)["input_ids"] for t in texts]
    queries, passages = encode([q for q, _ in pairs]), encode([p for _, p in pairs])
    figures = {"pairs": pairs, "queries": queries, "passages": passages, "scale": SCALE}
    for pooling in ("mean", "cls"):
        model = load_model()
        loss = ranking_loss(model, queries, passages, pooling)
        loss.backward()
        figures[pooling] = {"loss": loss.item(), "rows": embed(model, queries + passages, pooling).tolist()}
        save_file({n: p.grad.contiguous() for n, p in model.named_parameters()}, FIGURES / f"gradients-{pooling}.safetensors")
    figures["sentenceTransformers"] = encoder.encode([t for pair in pairs for t in pair], normalize_embeddings=True).tolist()

    # A few steps of AdamW on one mini-batch, set up as in transformers' Trainer.
    model = load_model()
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    schedule = get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = ranking_loss(model, queries, passages, "mean")
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    figures["training"] = {
        "learningRate": RATE, "weightDecay": DECAY, "steps": STEPS, "warmup": WARMUP, "losses": losses, "norms": norms,
    }
    save_file({n: p.detach().contiguous() for n, p in model.named_parameters()}, FIGURES / "trained.safetensors")
    (FIGURES / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
