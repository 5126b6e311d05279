import { load } from 'cheerio';
import { expect, it } from 'vitest';
import { renderDecision } from './render-decision.ts';
import { retrainResult } from './report.fixture.ts';

const result = retrainResult();
const shown = (page: string) => load(page)('body').text().replace(/\s+/g, ' ');

it('shows the decision, the changes of the documents and the metrics', () => {
  const page = renderDecision(result, '../train/report.html');
  for (const part of [
    'handbook: not promoted',
    result.reason,
    'removed2',
    'all 68 questions',
    '0.900',
    '5 questions about new passages',
    'hit@5 on the validation set, 60 questions',
    '−4.0 points (95 % confidence interval −9.0 to +1.0)',
    'hit@5 on the general set',
  ]) {
    expect(shown(page)).toContain(part);
  }
  expect(load(page)('a').attr('href')).toBe('../train/report.html');
});

it('escapes the names of documents, and leaves out sections without data', () => {
  const { currentRelease: _, gain: __, general: ___, ...unchanged } = { ...result, decision: 'unchanged' as const };
  const page = renderDecision(unchanged, undefined);
  expect(page).not.toContain('<b>');
  expect(shown(page)).toContain('docs/<b>泵</b>.md');
  expect(shown(page)).not.toMatch(/undefined|compared with|before the training/);
});

it('can be written in Chinese, and quotes a reason that has no Chinese text', () => {
  const page = renderDecision({ ...result, reason: 'It was Friday.' }, '../train/report.html', 'zh');
  for (const part of [
    'handbook：未发布新版本',
    '新模型未被采用；handbook 仍为第 3 版。',
    'It was Friday.',
    '有改动5',
    '训练之前的 handbook v3',
    '全部 68 个问题',
    '其中 5 个问题涉及新段落',
    '新模型与 handbook v3 相比',
    '验证集上的 hit@5（60 个问题）',
    '−4.0 个百分点（95% 置信区间 −9.0 至 +1.0）',
    '通用数据集上的 hit@5',
  ]) {
    expect(shown(page)).toContain(part);
  }
  expect(load(page)('html').attr('lang')).toBe('zh-CN');
  const chinese = load(page);
  chinese('style, [lang=en], .note, table').remove();
  expect(chinese('body').text().replaceAll('handbook', '').replaceAll('hit@5', '')).not.toMatch(/[a-z]{3}/);
});
