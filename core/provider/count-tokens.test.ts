import { describe, expect, it } from 'vitest';
import { countChatTokens, openTokenMeter } from './count-tokens.ts';

/** The first five as OpenAI's cookbook prints them ("How to count tokens with tiktoken"); the others hold the encodings apart. */
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
    const meter = await openTokenMeter(model);
    expect(meter.text(text)).toBe(tokens);
    expect(meter.exact).toBe(true);
  });

  it('are those of the model behind a gateway or a fine-tuning', async () => {
    for (const model of [
      'openai/gpt-4o',
      'ft:gpt-4o-mini-2024-07-18:acme::x',
      'gpt-4.1',
      'chatgpt-4o-latest',
      'o4-mini',
    ]) {
      expect(await openTokenMeter(model)).toMatchObject({ encoding: 'o200k_base', exact: true });
    }
  });

  it('are an estimate where the tokenizer is not known', async () => {
    for (const model of ['qwen2.5:7b', 'deepseek-chat', 'o200k', 'gpt-oss-20b', 'llama3.1']) {
      expect(await openTokenMeter(model)).toMatchObject({ encoding: 'o200k_base', exact: false });
    }
  });

  it('take what looks like a special token for text', async () => {
    const meter = await openTokenMeter('gpt-4o');
    expect(meter.text('<|endoftext|>')).toBe(7);
  });

  it('of one run without an end are counted in parts: a token more a part at most', async () => {
    const meter = await openTokenMeter('gpt-4o');
    const whole = meter.text('x'.repeat(1000));
    expect(meter.text('x'.repeat(200_000))).toBe(200 * whole);
    expect(meter.text('漢'.repeat(2500))).toBe(2500);
  });
});

describe('tokens of a chat', () => {
  it('are those of its messages, their roles, and what begins the reply', async () => {
    // Four for the text's frame, three for the reply's: what `hi` is billed as.
    expect(await countChatTokens('gpt-4o-mini', [{ role: 'user', content: 'hi' }])).toBe(8);
    const meter = await openTokenMeter('gpt-4');
    const asked = meter.chat([{ role: 'system', content: 'Be brief.' }]);
    expect(
      meter.chat([
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ]),
    ).toBe(asked + 5);
  });
});
