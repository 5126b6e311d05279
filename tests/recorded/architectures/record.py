"""Records what transformers computes for a small random model of each architecture, except BERT (see ../record.py), and for
a BERT followed by sentence-transformers' Dense modules.

    pip install torch transformers sentence-transformers
    python tests/recorded/architectures/record.py [name ...]

Writes for each architecture, in a folder beside this script: model/ (a sentence-transformers folder), figures.json (token
ids, loss, and `rows`, the L2-normalised embeddings) and gradients.safetensors (of the loss, for each parameter on which it
depends). config-transformers-4.json is the same configuration in the format of transformers 4, where that differs. Weights
are larger than usual initial ones, and biases and norms differ from 0 and 1, so that a missing term changes the results.
"""

import json
import random
import shutil
import string
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoConfig, AutoModel, AutoTokenizer, BertConfig, DistilBertConfig, ModernBertConfig, MPNetConfig, PreTrainedTokenizerFast, Qwen3Config,
    XLMRobertaConfig,
)

HERE = Path(__file__).parent
WORK = HERE.parent.parent.parent / ".cache" / "record"
SCALE, LONGEST = 20.0, 40
EAGER = {"attn_implementation": "eager"}
LETTERS = list(string.ascii_lowercase + string.digits)
SIGNS = list(".,?'-")
# The pattern by which Qwen's tokenizers split a text before they merge bytes.
QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def between(tokenizer, opening, closing):
    """A post-processor that adds one special token before a text and one after it."""
    ids = [(token, tokenizer.token_to_id(token)) for token in (opening, closing)]
    return processors.TemplateProcessing(
        single=f"{opening} $A {closing}", pair=f"{opening} $A {closing} {closing} $B {closing}", special_tokens=ids
    )


def word_piece(special, opening, closing):
    words = special + SIGNS + LETTERS + ["##" + s for s in LETTERS]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(special)
    tokenizer.post_processor = between(tokenizer, opening, closing)
    return tokenizer


def unigram():
    chance = random.Random(11)
    pieces = ["▁"] + SIGNS + LETTERS + ["▁" + s for s in LETTERS[:12]] + ["an", "er", "th", "▁th", "ou", "in"]
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [(s, 0.0) for s in special] + [(p, -2.0 - 3 * chance.random()) for p in pieces]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.add_special_tokens([*special, AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = between(tokenizer, "<s>", "</s>")
    return tokenizer


def byte_pairs(special, split=None):
    merges = [("Ġ", "a"), ("Ġ", "t"), ("t", "h"), ("i", "n"), ("e", "r"), ("Ġt", "h"), ("o", "u")]
    words = special + SIGNS + LETTERS + ["Ġ"] + ["".join(m) for m in merges]
    tokenizer = Tokenizer(models.BPE({w: i for i, w in enumerate(words)}, merges))
    tokenizer.normalizer = normalizers.NFC()
    bytes_of = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=split is None)
    splitter = [pre_tokenizers.Split(Regex(split), "isolated")] if split else []
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*splitter, bytes_of])
    tokenizer.add_special_tokens(special)
    return tokenizer


def modern_bert_tokenizer():
    tokenizer = byte_pairs(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.post_processor = between(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def qwen3_tokenizer():
    tokenizer = byte_pairs(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], QWEN_SPLIT)
    end = processors.TemplateProcessing(
        single="$A <|endoftext|>", pair="$A <|endoftext|> $B <|endoftext|>", special_tokens=[("<|endoftext|>", 0)]
    )
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), end])
    return tokenizer


SIZES = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32, "initializer_range": 0.3}
BERT_SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
ROBERTA_SPECIAL = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>"}


def xlm_roberta():
    tokenizer = unigram()
    config = XLMRobertaConfig(
        **SIZES, vocab_size=tokenizer.get_vocab_size(), num_hidden_layers=2, max_position_embeddings=LONGEST + 8, type_vocab_size=1,
        layer_norm_eps=1e-5, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    return config, tokenizer, {**ROBERTA_SPECIAL, "unk_token": "<unk>", "mask_token": "<mask>"}, "mean"


def mpnet():
    tokenizer = word_piece(["<s>", "<pad>", "</s>", "[UNK]", "<mask>"], "<s>", "</s>")
    config = MPNetConfig(
        **SIZES, vocab_size=tokenizer.get_vocab_size(), num_hidden_layers=2, max_position_embeddings=LONGEST + 8,
        relative_attention_num_buckets=32, layer_norm_eps=1e-5, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    return config, tokenizer, {**ROBERTA_SPECIAL, "unk_token": "[UNK]", "mask_token": "<mask>"}, "mean"


def distilbert():
    tokenizer = word_piece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "[CLS]", "[SEP]")
    config = DistilBertConfig(
        dim=16, n_heads=2, hidden_dim=32, n_layers=2, vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=LONGEST + 8,
        initializer_range=0.3,
    )
    return config, tokenizer, BERT_SPECIAL, "cls"


def modernbert():
    # Layers with global, local and global attention: a token of the second attends to four tokens on each side, and
    # texts have up to forty.
    tokenizer = modern_bert_tokenizer()
    config = ModernBertConfig(
        **SIZES, vocab_size=tokenizer.get_vocab_size(), num_hidden_layers=3, global_attn_every_n_layers=2, local_attention=8,
        max_position_embeddings=LONGEST + 8, pad_token_id=0, bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3,
    )
    return config, tokenizer, BERT_SPECIAL, "cls"


def qwen3():
    # Two query heads share a key head, and heads are wider than hidden_size / heads, as in Qwen3-Embedding-0.6B.
    tokenizer = qwen3_tokenizer()
    config = Qwen3Config(
        **{**SIZES, "num_attention_heads": 4}, num_key_value_heads=2, head_dim=8, vocab_size=tokenizer.get_vocab_size(),
        num_hidden_layers=2, max_position_embeddings=LONGEST + 8, rms_norm_eps=1e-6, attention_bias=False, tie_word_embeddings=True,
        use_cache=False, rope_parameters={"rope_type": "default", "rope_theta": 1_000_000.0}, bos_token_id=0, eos_token_id=0,
    )
    return config, tokenizer, {"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "padding_side": "left"}, "lasttoken"


def bert_dense():
    # Two Dense modules after the pooling: distiluse and LaBSE have one.
    tokenizer = word_piece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "[CLS]", "[SEP]")
    config = BertConfig(
        **SIZES, vocab_size=tokenizer.get_vocab_size(), num_hidden_layers=1, max_position_embeddings=LONGEST + 8,
    )
    torch.manual_seed(8)
    dense = [Dense(16, 12), Dense(12, 10, bias=False, activation_function=torch.nn.Identity())]
    return config, tokenizer, BERT_SPECIAL, "mean", *dense


ARCHITECTURES = {"bert-dense": bert_dense, "xlm-roberta": xlm_roberta, "mpnet": mpnet, "distilbert": distilbert, "modernbert": modernbert, "qwen3": qwen3}


def random_pairs(count):
    chance = random.Random(3)
    word = lambda: "".join(chance.choice(string.ascii_lowercase) for _ in range(chance.randint(1, 5)))
    text = lambda low, high: " ".join(word() for _ in range(chance.randint(low, high)))
    return [(text(2, 4) + "?", text(3, 24) + ".") for _ in range(count)]


def build(folder, config, tokenizer, special, pooling, dense):
    torch.manual_seed(7)
    model = AutoModel.from_config(config, **EAGER).float()
    for name, parameter in model.named_parameters():
        if name.endswith("bias") or "norm" in name.lower():
            parameter.data += 0.1 * torch.randn_like(parameter)
    shutil.rmtree(WORK, ignore_errors=True)
    model.save_pretrained(WORK / "model")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LONGEST, **special).save_pretrained(WORK / "model")
    transformer = Transformer(str(WORK / "model"), max_seq_length=LONGEST)
    modules = [transformer, Pooling(config.hidden_size, pooling_mode=pooling), *dense, Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    (folder / "README.md").unlink()


def embed(model, ids, pooling, dense):
    """L2-normalised embeddings of lists of token ids, padded on the right, from transformers' model."""
    longest, padding = max(map(len, ids)), model.config.pad_token_id or 0
    padded = torch.tensor([row + [padding] * (longest - len(row)) for row in ids])
    lengths = torch.tensor([len(row) for row in ids])
    mask = (torch.arange(longest) < lengths[:, None]).long()
    states = model(input_ids=padded, attention_mask=mask).last_hidden_state
    if pooling == "cls":
        pooled = states[:, 0]
    elif pooling == "lasttoken":
        pooled = states[torch.arange(len(ids)), lengths - 1]
    else:
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    for layer in dense:
        pooled = layer({"sentence_embedding": pooled})["sentence_embedding"]
    return torch.nn.functional.normalize(pooled, dim=-1)


def as_transformers_4(config):
    """The same configuration as most folders on the Hub have it, which were saved before transformers 5."""
    older = {key: value for key, value in config.items() if key not in ("rope_parameters", "layer_types", "dtype")}
    rope = config["rope_parameters"]
    if config["model_type"] == "modernbert":
        older |= {"global_rope_theta": rope["full_attention"]["rope_theta"], "local_rope_theta": rope["sliding_attention"]["rope_theta"]}
    else:
        older |= {"rope_theta": rope["rope_theta"], "rope_scaling": None}
    return older | {"torch_dtype": "float32", "transformers_version": "4.51.0"}


def record(name):
    home = HERE / name
    shutil.rmtree(home, ignore_errors=True)
    config, tokenizer, special, pooling, *dense = ARCHITECTURES[name]()
    build(home / "model", config, tokenizer, special, pooling, dense)
    pairs = random_pairs(5)
    saved = AutoTokenizer.from_pretrained(home / "model")
    encode = lambda texts: [saved(text, truncation=True, max_length=LONGEST)["input_ids"] for text in texts]
    queries, passages = encode([q for q, _ in pairs]), encode([p for _, p in pairs])
    assert queries == [e.ids for e in tokenizer.encode_batch([q for q, _ in pairs])]
    assert any(len(p) == LONGEST for p in passages)

    model = AutoModel.from_pretrained(home / "model", dtype=torch.float32, **EAGER).eval()
    encoder = SentenceTransformer(str(home / "model"), device="cpu", model_kwargs=EAGER)
    dense = [module for module in encoder if isinstance(module, Dense)]
    embeddings = embed(model, queries + passages, pooling, dense)
    scores = embeddings[: len(queries)] @ embeddings[len(queries) :].T * SCALE
    loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(queries)))
    loss.backward()
    theirs = encoder.encode([q for q, _ in pairs] + [p for _, p in pairs], convert_to_tensor=True)
    torch.testing.assert_close(theirs, embeddings.detach(), atol=1e-6, rtol=0)

    gradients = {n: p.grad.contiguous() for n, p in model.named_parameters() if p.grad is not None}
    for at, layer in enumerate(dense, 2):
        gradients |= {f"{at}_Dense.{n}": p.grad.contiguous() for n, p in layer.named_parameters()}
    unreached = [n for n, p in model.named_parameters() if p.grad is None]
    assert all(n.startswith("pooler.") for n in unreached), unreached
    save_file(gradients, home / "gradients.safetensors")
    figures = {
        "pairs": pairs, "queries": queries, "passages": passages, "scale": SCALE, "pooling": pooling, "loss": loss.item(),
        "rows": embeddings.tolist(),
    }
    (home / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")

    saved_config = json.loads((home / "model" / "config.json").read_text())
    if "rope_parameters" in saved_config:
        older = as_transformers_4(saved_config)
        (home / "config-transformers-4.json").write_text(json.dumps(older, indent=2) + "\n")
        read = AutoConfig.from_pretrained(home / "config-transformers-4.json")
        same = AutoModel.from_pretrained(home / "model", config=read, dtype=torch.float32, **EAGER).eval()
        torch.testing.assert_close(embed(same, queries + passages, pooling, dense), embeddings, atol=0, rtol=0)


if __name__ == "__main__":
    for name in sys.argv[1:] or ARCHITECTURES:
        record(name)
