import { expect, it } from 'vitest';
import { newTranslator } from './translate.ts';
import { allAdvice, allHypotheses } from './verify-faults.fixture.ts';

const translator = newTranslator();

/** The texts without Chinese, or with four English words in a row. */
const english = (texts: readonly string[]) =>
  texts
    .map((text) => translator.find(text) ?? text)
    .filter((text) => !/\p{Script=Han}/u.test(text) || /([a-z]{2,} ){3}[a-z]{2,}/.test(text.replace(/"[^"]*"/g, '')));

it('has the advice on every fault, for every server, in Chinese', () => {
  expect(allAdvice().length).toBeGreaterThan(40);
  expect(english(allAdvice())).toEqual([]);
});

it('says in Chinese what a server does otherwise', async () => {
  const told = await allHypotheses();
  expect(told.length).toBeGreaterThan(60);
  expect(english(told)).toEqual([]);
});

it.each([
  ['The server reads at least 600 tokens of a text; the model reads 512.', /服务器读取文本的至少 600 个 token/],
  [
    'The server sends other vectors than the model (mean cosine 0.312), and none of the usual faults explains them.',
    /服务器返回的是与模型不同的向量（平均余弦 0\.312），/,
  ],
  [
    'The server sends vectors of 128 numbers, the model of 384, and none of the usual faults explains them. They are nearest if the server leaves out the Dense modules.',
    /128.*384.*最接近的情形是：服务器没有使用 Dense 模块。/,
  ],
  ['The server has other vectors for “a pump” and 2 other texts.', /“a pump”，以及另外 2 条文本/],
  ['The server has other vectors for 12 of the 1347 texts of the dataset.', /1347 条文本中，服务器对 12 条/],
  ['The server sends vectors that hold no numbers (NaN), or only zeros, for all texts.', /涉及的文本：全部。$/],
  [
    'The server sends vectors that hold no numbers (NaN), or only zeros, for “a pump” and 1 other text.',
    /涉及的文本：“a pump”，以及另外 1 条文本。$/,
  ],
  [
    'Note: The server refuses texts that the model truncates (of 260 tokens, for example): clients have to truncate them to 256 tokens.',
    /^注意：模型会截断的文本，服务器拒绝接受（例如 260 个 token 的文本）：.*截断到 256 个 token。$/,
  ],
])('says in Chinese: %s', (text, chinese) => {
  expect(translator.find(text)).toMatch(chinese);
});
