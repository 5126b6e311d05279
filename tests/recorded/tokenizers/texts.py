"""The texts on which the small tokenizers are trained, and the strings that they tokenize."""

import unicodedata

# Ordinary sentences, so that the vocabularies have whole words.
PROSE = """
Our handbook says how expenses are paid back: send the receipt within thirty days, and the finance team answers in a week.
The server keeps its data in two regions. If one region fails, the other takes over, and nobody has to be called at night.
How do I reset my password? Open the settings, choose "Security", and follow the link in the mail that we send you.
A model that embeds text turns a question and its answer into vectors that lie near each other; training brings them nearer.
Don't restart the worker while it's writing a checkpoint; it'll finish, and you'd lose nothing, but they've seen it take longer.
Version 2.10.3 was released on 2024-05-17 at 09:30, costs 1,299.00 dollars, and supports up to 65536 connections.
手册里写明了报销的办法:请在三十天内提交发票,财务部门会在一周之内答复。
服务器的数据保存在两个地区。如果一个地区出现故障,另一个地区会自动接管,夜里不需要叫醒任何人。
怎样重置密码?打开设置,选择“安全”,然后点击我们发给您的邮件里的链接。
文本嵌入模型把问题和答案变成彼此靠近的向量,训练让它们更加靠近。
请不要在写检查点的时候重启进程;它会写完,您什么也不会丢失。
第二版于二〇二四年五月十七日发布,价格是一千二百九十九元,最多支持65536个连接。
""".strip().split("\n")



def wide(text):
    """The full-width forms of ASCII."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


SENTENCES = [
    "\ufeff# Title", "\ufeff## Title", "\ufeff{\"key\": 1}", "x\ufeff.", " \ufeff.", "\u0085\u0085 a", " \u0085a", ".\u0085.\u0085", "a\u0085", "\ufeffa\ufeff", "\u0085a ",
    wide("Hello"), wide("ABC123,.!"), "全角" + wide("ABC123,.!") + "中文", wide("[CLS]"), wide("<s>"), wide("<|endoftext|>"), wide("~"), "a" + wide("~") + "b゙", wide("'s"), "\uf900\uf901\uf9ff",
    "", " ", "  ", "\t", "\n", "\r\n", " \t\n ", "\u3000", "\u00a0", "a", "A", "。", "?!", "...",
    "How do I reset my password?", "HOW DO I RESET MY PASSWORD?", "  leading and trailing  ", "double  space   and    four",
    "tab\tseparated\tvalues", "line\nbreak\n\nparagraph\r\nwindows\rold mac", "trailing newline\n", "\n\nleading newlines", "a \n b", "a  \n\n  b",
    "it's don't they've I'll you'd we're I'm", "IT'S DON'T THEY'VE I'LL YOU'D", "it’s don’t", "'s 't 're", "x='s'", "O'Brien's",
    "1,299.00 dollars", "65536", "3.14159265358979", "1234567890123", "v2.10.3-rc.1+build.5", "09:30", "50%", "$5", "#1", "C++", "a_b", "__init__", "f(x)=x^2",
    "https://example.com/path?query=1&other=2#part", "name@example.com", "/usr/local/bin", r"C:\Users\me", "<b>bold</b>", "{\"key\": [1, 2]}", "a|b||c", "~`!@#$%^&*()-_=+[]{}\\|;:'\",.<>/?",
    "怎样重置密码?", "怎样重置密码?打开设置,选择“安全”。", "中文English混排text文本", "中 文 空 格", "第1章 2024年5月17日", "全角ABC123,。!", "ABC123 halfwidth", "㈱㍿㎏①②③Ⅳ", "〇", "々", "ー", "龘龘",
    "𠀀𠀁", "a𠀀b", "中𠮷野家", "𪚥", "𫝀", "𫠠", "𫤠", "𬺰", "𰀀", "丽", "豈更", "\U0002f800", "⼀⼆", "⺀", "㐀㐁", "鿿", "ꀀ",
    "ひらがなカタカナ漢字", "カタカナ", "がぎぐ", "か\u3099き\u3099", "プ", "フ\u309a", "ﾌﾟﾛｸﾞﾗﾑ", "日本語の文章です。", "。「」、", "ゟ", "ヿ",
    "한국어 문장입니다", unicodedata.normalize("NFD", "한국어"), "각", unicodedata.normalize("NFD", "각"), "ㄱㄴㄷ", "ﾡ",
    "مرحبا بالعالم", "اَلْعَرَبِيَّةُ", "ﷺ", "ﻻ", "לום שָׁלוֹם", "‏שלום‎", "สวัสดีชาวโลก", "ภาษาไทย ไม่มี", "ที่นี่", "हिन्दी में", "क्षि", "বাংলা", "தமிழ்", "မြန်မာ", "ខ្មែរ", "አማርኛ", "ქართული", "Ქართული", "Հայերեն", "և",
    "Привет, мир", "ПРИВЕТ ЁЛКА й", "и\u0306", "Ελληνικά", "ΟΔΟΣ ΣΑΣ", "ΟΔΟΣ.", "Σ", "ἐνθάδ᾽ ἵξομαι", "ᾳ ᾼ", "Türkçe İstanbul ıI", "i\u0307", "straße STRASSE ẞ", "Ǆǅǆ", "ŉ", "ﬁne oﬃce ﬂow", "ſ",
    "café", "cafe\u0301", "CAFÉ", "naïve", "résumé", unicodedata.normalize("NFD", "résumé"), "Ångström", "A\u030angstro\u0308m", "Å", "ñ", "n\u0303", "q\u0323\u0307", "q\u0307\u0323", "a\u0301\u0302\u0303\u0304\u0305", "ế", unicodedata.normalize("NFD", "ế"), "Tiếng Việt rất đẹp", unicodedata.normalize("NFD", "Tiếng Việt rất đẹp"), "\u0301", " \u0301", "a \u0301b", "ª\u0300", "ﬀ\u0301", "z̵͙̓ȧ̸͜l̴̰̽g̷̱̈́ȯ̵̗", "ø đ ł ħ",
    "🙂", "hello 🙂", "🙂🙂🙂", "a🙂b", "中🙂文", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🇨🇳🇬🇧", "🇨", "1️⃣", "❤️", "❤", "☺︎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫠", "🪿", "©®™", "✓✗", "→←↔", "★☆", "■□", "½⅓¾", "x²y³", "H₂O", "№", "℃", "∑∫√∞≠≤", "π≈3", "€£¥₹₿", "–—―‐‑", "“”‘’„«»‹›", "…", "・", "·", "•", "‰", "~", "〜", "~あ", "‼⁇", "¨", "´", "¯",
    "𝐇𝐞𝐥𝐥𝐨", "𝓗𝓮𝓵𝓵𝓸", "𝟙𝟚𝟛", "Ⓗⓔⓛⓛⓞ", "Hello", "ᴴᵉˡˡᵒ", "ℍ", "ǅ", "𐐀𐐨", "𞤀𞤢", "𓀀", "𐍈", "￿", "\U0010ffff", "\U0001fffe", "\ue000", "\U000f0000", "\ufdd0", "\u0378", "\ufffd", "\ufffc", "a\ufffdb",
    "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "a [MASK] b", "a[MASK]b", "[cls]", "[ CLS ]", "[CLS][SEP]", "[CLS]", "the [MASK] .", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "a <mask> b", "a<mask>b", "a  <mask>  b", "<s>text</s>", "<s>", "< s >", "<S>", "<|endoftext|>", "a<|endoftext|>b", "a <|endoftext|> b", "<|endoftext|>", "<|im_start|>user\nhello<|im_end|>", "<bos>", "<eos>", "<0x41>", "<0x0A>", "▁", "▁▁", "a▁b", "▁a", "a ▁ b", "##a", "a##b", "Ġ", "Ġa", "Ċ", "__proto__", "constructor",
    "toString hasOwnProperty", "undefined null NaN true", "the " * 40, "word" * 60, "x" * 99, "x" * 100, "x" * 101, "中" * 120, "é" * 101, "🙂" * 30, " " * 30, "\n" * 10, "." * 40, "-" * 33, "=" * 17, "ab" * 150, "1" * 50,
]

# Code points, each tried alone, within a word, within Chinese, and between spaces.
POINTS = [
    *range(0x00, 0x21), *range(0x7F, 0xA1), 0xAD, 0x34F, 0x378, 0x600, 0x61C, 0x6DD, 0x70F, 0x115F, 0x1160, 0x1680, 0x17B4, 0x180E, *range(0x2000, 0x2010),
    0x2011, 0x2024, *range(0x2028, 0x2030), 0x203E, 0x205F, *range(0x2060, 0x2070), 0x2500, 0x2581, 0x25CC, 0x3000, 0x3164, 0xD7FF, 0xE000, 0xFE00, 0xFE0F, 0xFEFF,
    0xFF5E, 0xFF65, 0xFFA0, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x110BD, 0x13430, 0x1BCA0, 0x1D173, 0x1F3FB, 0xE0001, 0xE0100, 0x10FFFF,
]


def texts():
    around = [form.format(chr(point)) for point in POINTS for form in ("{}", "a{}b", "中{}文", "a {} b")]
    return list(dict.fromkeys(SENTENCES + around))
