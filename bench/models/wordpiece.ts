/*
 * A WordPiece tokenizer for Chinese with a generated vocabulary. Every Chinese character is a token, as in BERT's.
 * Every letter is a token as well, unlike in BERT's, as the vocabulary has no longer pieces.
 */
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** @param size Entries of the vocabulary. */
export function characterTokenizer(size: number): { tokenizer: object; config: object } {
  const tokens = vocabulary(size);
  const special = SPECIAL.map((content, id) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  }));
  const [cls, first, sep] = [
    { SpecialToken: { id: '[CLS]', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
  ];
  const second = [{ Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }];
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special,
      normalizer: {
        ...{
          type: 'BertNormalizer',
          clean_text: true,
          handle_chinese_chars: true,
          strip_accents: null,
          lowercase: true,
        },
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [cls, first, sep],
        pair: [cls, first, sep, ...second],
        special_tokens: Object.fromEntries(
          ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [SPECIAL.indexOf(token)], tokens: [token] }]),
        ),
      },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: 512,
      ...{ pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' },
    },
  };
}

/**
 * Special tokens, ASCII, letters and digits inside a word, CJK and full-width signs, then Chinese characters up to the
 * size.
 */
function vocabulary(size: number): string[] {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
  const ascii = range(0x21, 0x7e).filter((sign) => !/[A-Z]/.test(sign));
  const inside = ascii.filter((sign) => /[a-z0-9]/.test(sign)).map((sign) => `##${sign}`);
  const signs = [...SPECIAL, ...ascii, ...inside, ...range(0x3000, 0x303f), ...range(0xff01, 0xff5e)];
  return [...signs, ...range(0x4e00, 0x4e00 + size - signs.length - 1)];
}
