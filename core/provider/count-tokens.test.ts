import { describe, expect, it } from 'vitest';
import { countChatTokens, openTokenCounter } from './count-tokens.ts';

/**
 * The first five are from OpenAI's cookbook ("How to count tokens with tiktoken"); the others differ between the
 * encodings.
 */
const COUNTS: [model: string, text: string, tokens: number][] = [
  ['gpt-4', 'tiktoken is great!', 6],
  ['gpt-3.5-turbo', 'antidisestablishmentarianism', 6],
  ['gpt-4', 'お誕生日おめでとう', 9],
  ['gpt-4o', 'お誕生日おめでとう', 8],
  ['gpt-4o-mini', '2 + 2 = 4', 7],
  ['gpt-4.1-mini', '响应式系统如何工作？', 6],
  ['gpt-4-turbo', '响应式系统如何工作？', 10],
  ['gpt-5', '👩‍🚀 zero-g 🚀', 9],
  ['gpt-4', '👩‍🚀 zero-g 🚀', 13],
  ['o3-mini', '', 0],
];

describe('tokens of a text', () => {
  it.each(COUNTS)('are counted as %s does: %s', async (model, text, tokens) => {
    const counter = await openTokenCounter(model);
    expect(counter.text(text)).toBe(tokens);
    expect(counter.exact).toBe(true);
  });

  it('use the encoding of the model behind a gateway or a fine-tuning', async () => {
    for (const model of [
      'openai/gpt-4o',
      'ft:gpt-4o-mini-2024-07-18:acme::x',
      'gpt-4.1',
      'chatgpt-4o-latest',
      'o4-mini',
    ]) {
      expect(await openTokenCounter(model)).toMatchObject({ encoding: 'o200k_base', exact: true });
    }
  });

  it('are an estimate where the tokenizer is not known', async () => {
    for (const model of ['qwen2.5:7b', 'deepseek-chat', 'o200k', 'gpt-oss-20b', 'llama3.1']) {
      expect(await openTokenCounter(model)).toMatchObject({ encoding: 'o200k_base', exact: false });
    }
  });

  it('treat special tokens as text', async () => {
    const counter = await openTokenCounter('gpt-4o');
    expect(counter.text('<|endoftext|>')).toBe(7);
  });

  it('of one long run of characters are counted in parts, with at most one more token each', async () => {
    const counter = await openTokenCounter('gpt-4o');
    const whole = counter.text('x'.repeat(1000));
    expect(counter.text('x'.repeat(200_000))).toBe(200 * whole);
    expect(counter.text('漢'.repeat(2500))).toBe(2500);
  });
});

describe('tokens of a chat', () => {
  it('include messages, roles, and the start of the reply', async () => {
    // `hi` is billed as 8 tokens: itself, 4 of the message's format, 3 of the reply's.
    expect(await countChatTokens('gpt-4o-mini', [{ role: 'user', content: 'hi' }])).toBe(8);
    const counter = await openTokenCounter('gpt-4');
    const asked = counter.chat([{ role: 'system', content: 'Be brief.' }]);
    expect(
      counter.chat([
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ]),
    ).toBe(asked + 5);
  });
});
