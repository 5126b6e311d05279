"""Records the token ids of hundreds of unusual strings (texts.py) from Python's tokenizers, for a small tokenizer of each
family that Hone reads.

    pip install transformers tokenizers sentencepiece protobuf
    python tests/recorded/tokenizers/record.py

Writes texts.json, prose.json and a folder for each tokenizer (tokenizer.json, tokenizer_config.json, ids.json, cut.json)
beside this script. The vocabularies have each character that normalisation can produce, so that a character that is kept,
dropped or changed by mistake changes the ids.
"""

import io
import json
import shutil
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import ModelProto
from texts import PROSE, texts
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

HERE = Path(__file__).parent
TEXTS = texts()
LENGTHS = (8, 16)
QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def characters():
    """All characters of the strings, in each normal form and case."""
    forms = [form for text in TEXTS + PROSE for form in (text, *(unicodedata.normalize(f, text) for f in ("NFC", "NFD", "NFKC", "NFKD")))]
    return sorted({c for form in forms for c in form + form.lower() if not c.isspace()})


def special_tokens(tokenizer, opening, closing):
    """A post-processor that adds special tokens before and after a text."""
    added = [(token, tokenizer.token_to_id(token)) for token in (opening, closing) if token]
    template = " ".join(filter(None, (opening, "$A", closing)))
    return processors.TemplateProcessing(single=template, special_tokens=added)


def word_piece(lowercase):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(PROSE, trainers.WordPieceTrainer(vocab_size=600, special_tokens=special, show_progress=False))
    words = sorted(tokenizer.get_vocab(), key=tokenizer.token_to_id)
    words = list(dict.fromkeys(words + [prefix + c for c in characters() for prefix in ("", "##")]))
    tokenizer.model = models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]")
    tokenizer.post_processor = special_tokens(tokenizer, "[CLS]", "[SEP]")
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    return tokenizer, names


def byte_pairs(special, pre_tokenizer):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizer
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=2000, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    # Also trained on the unusual strings: a wrong split changes the ids only where pieces would be merged across it.
    tokenizer.train_from_iterator(PROSE + TEXTS, trainer)
    return tokenizer


def modern_bert():
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", AddedToken("[MASK]", lstrip=True, special=True)]
    tokenizer = byte_pairs(special, pre_tokenizers.ByteLevel(add_prefix_space=False))
    # ModernBERT has tokens for runs of spaces, which are matched in the normalised text.
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(8, 1, -1)])
    tokenizer.post_processor = special_tokens(tokenizer, "[CLS]", "[SEP]")
    return tokenizer, {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}


def qwen3():
    splits = [pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    tokenizer = byte_pairs(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], pre_tokenizers.Sequence(splits))
    closing = special_tokens(tokenizer, None, "<|endoftext|>")
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), closing])
    return tokenizer, {"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "padding_side": "left"}


def unigram():
    """A sentencepiece model with the normalisation rules (nmt_nfkc) with which XLM-RoBERTa's model was trained."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(PROSE * 3), model_writer=written, vocab_size=500, character_coverage=1.0, model_type="unigram",
        normalization_rule_name="nmt_nfkc", hard_vocab_limit=False, num_threads=1, minloglevel=2,
    )
    proto = ModelProto.FromString(written.getvalue())
    learnt = [(piece.piece, round(piece.score, 4)) for piece in proto.pieces[3:]]
    known = {piece for piece, _ in learnt}
    # Different scores: with equal ones the choice between segmentations would be arbitrary.
    rare = [(c, round(-12 - i / 1000, 4)) for i, c in enumerate(["▁", *characters()]) if c not in known]
    special = [(token, 0.0) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    tokenizer = Tokenizer(models.Unigram([*special, *learnt, *rare, ("<mask>", 0.0)], unk_id=3, byte_fallback=False))
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = special_tokens(tokenizer, "<s>", "</s>")
    names = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return tokenizer, normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap), names


def xlm_roberta():
    tokenizer, charsmap, names = unigram()
    tokenizer.normalizer = charsmap
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    return tokenizer, names


def sentencepiece_unigram():
    """As in newer conversions of sentencepiece models, such as that of bge-m3."""
    tokenizer, charsmap, names = unigram()
    strip, one_space = normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")
    tokenizer.normalizer = normalizers.Sequence([charsmap, strip, one_space])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer, names


def unigram_bytes():
    """Unigram in which an unknown character falls back to its bytes, with the rules Nmt and tokens between words only."""
    special = [(token, 0.0) for token in ("<s>", "</s>", "<unk>")]
    rows = [(f"<0x{byte:02X}>", -20.0) for byte in range(256)]
    letters = [(c, round(-4 - i / 1000, 4)) for i, c in enumerate("▁abcdefghijklmnopqrstuvwxyzABC0123456789.,的水")]
    words = [(word, round(-3 - i / 1000, 4)) for i, word in enumerate(("▁the", "▁a", "ing", "on", "▁w", "er"))]
    tokenizer = Tokenizer(models.Unigram([*special, *rows, *letters, *words], unk_id=2, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["<s>", "</s>", "<unk>"])
    tokenizer.add_tokens([AddedToken("[URL]", single_word=True, lstrip=True, rstrip=True, normalized=False)])
    tokenizer.post_processor = special_tokens(tokenizer, "<s>", "</s>")
    return tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def sentencepiece_pairs(special, unknown):
    """Byte-pair encoding with a marker for spaces, in which an unknown character falls back to its bytes."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace()
    learner.train_from_iterator(PROSE + TEXTS, trainers.BpeTrainer(vocab_size=900, limit_alphabet=400, special_tokens=["▁▁", "▁▁▁▁"], show_progress=False))
    model = json.loads(learner.to_str())["model"]
    learnt = sorted(model["vocab"], key=model["vocab"].get)
    runs = [("▁", "▁"), ("▁▁", "▁▁")]
    words = list(dict.fromkeys([*special, *(f"<0x{byte:02X}>" for byte in range(256)), "\n", "\t", *learnt]))
    merges = [*runs, *(tuple(pair) for pair in model["merges"])]
    vocabulary = {word: i for i, word in enumerate(words)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token=unknown, fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens(special)
    return tokenizer


def gemma():
    tokenizer = sentencepiece_pairs(["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"], "<unk>")
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.post_processor = special_tokens(tokenizer, "<bos>", "<eos>")
    return tokenizer, {"pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>"}


def llama():
    tokenizer = sentencepiece_pairs(["<unk>", "<s>", "</s>"], "<unk>")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = special_tokens(tokenizer, "<s>", None)
    return tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


TOKENIZERS = {
    "bert-uncased": lambda: word_piece(True), "bert-cased": lambda: word_piece(False), "modernbert": modern_bert, "qwen3": qwen3,
    "xlm-roberta": xlm_roberta, "sentencepiece-unigram": sentencepiece_unigram, "gemma": gemma, "llama": llama,
    "unigram-bytes": unigram_bytes,
}


def one_a_line(rows):
    return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n"


def main():
    (HERE / "texts.json").write_text(one_a_line(TEXTS))
    for name, make in TOKENIZERS.items():
        home = HERE / name
        shutil.rmtree(home, ignore_errors=True)
        tokenizer, names = make()
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(home)
        saved = AutoTokenizer.from_pretrained(home)
        ids = [saved(text)["input_ids"] for text in TEXTS]
        raw = Tokenizer.from_file(str(home / "tokenizer.json"))
        raw.no_truncation()
        assert ids == [encoding.ids for encoding in raw.encode_batch(TEXTS)], name
        cut = {str(n): [saved(text, truncation=True, max_length=n)["input_ids"] for text in PROSE] for n in LENGTHS}
        (home / "ids.json").write_text(one_a_line(ids))
        (home / "cut.json").write_text(json.dumps(cut, separators=(",", ":")) + "\n")
    (HERE / "prose.json").write_text(one_a_line(PROSE))


if __name__ == "__main__":
    main()
