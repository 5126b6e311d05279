import { load } from 'cheerio';
import { expect, it } from 'vitest';
import type { RetrainResult } from '../contracts/retrain.ts';
import { renderDecision } from './render-decision.ts';

const ref = { uri: 'file:///x', sha256: 'a'.repeat(64), bytes: 1 };
const metrics = (hit: number) => ({ 'hit@5': { value: hit, low: hit - 0.05, high: hit + 0.05 } });
const result: RetrainResult = {
  name: 'handbook',
  decision: 'refused',
  reason: 'handbook v3 stays: the new model was refused: worse than handbook v3 by 4.0 points.',
  version: 3,
  changes: { unchanged: 95, changed: 5, added: 1, removed: 2, share: 8 / 103, paths: ['docs/<b>泵</b>.md'] },
  currentRelease: {
    version: 3,
    evaluation: { system: 'tuned', queries: 68, passages: 100, metrics: metrics(0.9), rankings: ref, seconds: 1 },
    unseen: { queries: 5, metrics: metrics(0.6) },
  },
  gain: { metric: 'hit@5', difference: { value: -0.04, low: -0.09, high: 0.01 }, queries: 60 },
  general: { metric: 'hit@5', difference: { value: 0.002, low: -0.01, high: 0.01 } },
};
const shown = (page: string) => load(page)('body').text().replace(/\s+/g, ' ');

it('says the decision, what had changed, and the figures it rests on', () => {
  const page = renderDecision(result, '../train/report.html');
  for (const part of [
    'handbook: not promoted',
    result.reason,
    'removed2',
    'all 68 questions',
    '0.900',
    '5 on what is new',
    'hit@5 on the validation questions, 60 questions',
    '−4.0 points (95 % confidence interval −9.0 to +1.0)',
    'hit@5 on the general set',
  ]) {
    expect(shown(page)).toContain(part);
  }
  expect(load(page)('a').attr('href')).toBe('../train/report.html');
});

it('shows names of documents as text, and nothing that there is none of', () => {
  const { currentRelease: _, gain: __, general: ___, ...unchanged } = { ...result, decision: 'unchanged' as const };
  const page = renderDecision(unchanged, undefined);
  expect(page).not.toContain('<b>');
  expect(shown(page)).toContain('docs/<b>泵</b>.md');
  expect(shown(page)).not.toMatch(/undefined|new model beside|before anything/);
});

it('is written in Chinese for Chinese questions, with the reason as it was recorded', () => {
  const page = renderDecision(result, '../train/report.html', 'zh');
  for (const part of [
    'handbook：未发布新版本',
    '新模型未被采用；handbook 仍为第 3 版。',
    result.reason,
    '有改动5',
    '训练之前的 handbook v3',
    '全部 68 个问题',
    '其中 5 个问题涉及新内容',
    '新模型与 handbook v3 相比',
    '验证问题上的 hit@5（60 个问题）',
    '−4.0 个百分点（95% 置信区间 −9.0 至 +1.0）',
    '通用数据集上的 hit@5',
  ]) {
    expect(shown(page)).toContain(part);
  }
  expect(load(page)('html').attr('lang')).toBe('zh-CN');
  const own = load(page);
  own('style, [lang=en], .note, table').remove();
  expect(own('body').text().replaceAll('handbook', '').replaceAll('hit@5', '')).not.toMatch(/[a-z]{3}/);
});
