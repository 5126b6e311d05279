import { expect, it } from 'vitest';
import { reportLanguage, scriptLanguage } from '../i18n/language.ts';
import { DATASET } from '../report.fixture.ts';
import { dollars, duration, metricLabel, percentage, points } from './format.ts';
import { escapeHtml, html } from './html.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

it.each([
  [0.1151, '+11.5'],
  [-0.004, '\u22120.4'],
  [0.0002, '0.0'],
  [-0.0002, '0.0'],
])('a difference of %d is %s points', (difference, text) => {
  expect(points(difference)).toBe(text);
});

it.each([
  [0, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min 0 s'],
  [252, '4 min 12 s'],
  [7500, '2 h 05 min'],
  [3599.7, '1 h 00 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(plain(duration(seconds))).toBe(text);
});

it('formats percentages, prices and metrics', () => {
  expect([0, 0.012, 0.25, 1].map(percentage)).toEqual(['0', '1.2', '25', '100']);
  expect([0, 0.0031, 1.236].map(dollars)).toEqual(['$0.00', '$0.0031', '$1.24']);
  expect(['hit@5', 'mrr@10', 'ndcg@10', 'map@100'].map(metricLabel)).toEqual(['hit@5', 'MRR@10', 'nDCG@10', 'MAP@100']);
});

it('escapes text but not markup that was made by html', () => {
  const inner = html`<b title="${`"'<`}">${'a & b'}</b>`;
  expect(html`<p>${[inner, ' ', undefined, 3]}</p>`.markup).toBe('<p><b title="&quot;&#39;&lt;">a &amp; b</b> 3</p>');
  expect(escapeHtml('a\u0000b\u001bc\ud800d\te')).toBe('abc\ufffdd\te');
});

it('detects the language of a text by its script', () => {
  expect(['清洗', 'ポンプ清掃', '펌프', 'pump'].map(scriptLanguage)).toEqual(['zh', 'ja', 'ko', undefined]);
  expect(reportLanguage(DATASET)).toBe('en');
  expect(reportLanguage({ ...DATASET, queries: { a: '多久？', b: '谁？', c: 'Who?' } })).toBe('zh');
});
