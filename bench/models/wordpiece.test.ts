import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { characterTokenizer } from './wordpiece.ts';

test('the vocabulary has the size asked for, and no token twice', () => {
  const { tokenizer } = characterTokenizer(21128) as { tokenizer: { model: { vocab: Record<string, number> } } };
  const ids = Object.values(tokenizer.model.vocab).sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: 21128 }, (_, i) => i));
});

test('every Chinese character, letter and sign is a token', () => {
  const { tokenizer, config } = characterTokenizer(21128);
  const { tokens } = new Tokenizer(tokenizer, config).encode('你好, Vue3。');
  expect(tokens).toEqual(['[CLS]', '你', '好', ',', 'v', '##u', '##e', '##3', '。', '[SEP]']);
});
