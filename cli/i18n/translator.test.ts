import { describe, expect, test } from 'vitest';
import { Translator } from './translator.ts';

const translator = new Translator(
  {
    '{name} is missing.': '缺少 {name}。',
    'Run {run} has ended already: {state!}.': '（不会用到）',
    'Run {run} has ended: {state}.': '运行 {run} 已经结束：{state!}。',
    'Try again.': '请再试。',
    done: '完成',
    '{#count} asked': '请求 {count} 次',
    '{#count} question{s}': '{count} 个问题',
    'The endpoint {what}.': '端点{what}。',
    'did not answer within {#seconds} s': '在 {seconds} 秒内没有回答',
    'takes $1 or {$}': '要 $1 或 {$}',
  },
  (text) => (text === 'empty file' ? '空文件' : undefined),
);
const t = (text: string) => translator.translate(text);

describe('a text', () => {
  test('is recognised by its template, whatever stands in it', () => {
    expect(t('a b: c.md is missing.')).toBe('缺少 a b: c.md。');
    expect(t('two\nlines is missing.')).toBe('缺少 two\nlines。');
    expect(t('$& $1 is missing.')).toBe('缺少 $& $1。');
    expect(t('takes $1 or {$}')).toBe('要 $1 或 {$}');
  });

  test('keeps the blanks around it', () => expect(t('      Try again. ')).toBe('      请再试。 '));

  test('within another is translated, a single word only where it is no name', () => {
    expect(t('The endpoint did not answer within 30 s.')).toBe('端点在 30 秒内没有回答。');
    expect(t('Run done has ended: done.')).toBe('运行 done 已经结束：完成。');
  });

  test('of several is translated part by part', () => {
    expect(t('1 question, 5 asked')).toBe('1 个问题，请求 5 次');
    expect(t('406 questions; 5 asked · $0.00')).toBe('406 个问题；请求 5 次 · $0.00');
    expect(t('The endpoint x.; The endpoint y.')).toBe('端点 x。；端点 y。');
    expect(t('x is missing. Try again.')).toBe('缺少 x。请再试。');
  });

  test('is left whole where a part of a list has no translation', () => {
    expect(t('406 questions, and something new here')).toBe('406 questions, and something new here');
  });

  test('that is not in the catalogue may be known elsewhere, or stays in English', () => {
    expect(t('empty file')).toBe('空文件');
    expect(t('Something else happened.')).toBe('Something else happened.');
    expect(t('')).toBe('');
  });
});

test('a value does not end within brackets if there is another way to read the text', () => {
  const options = new Translator({
    '{what} (default: {value})': '{what}（默认 {value}）',
    '{what} (env: {name})': '{what}（变量 {name}）',
    'size (default: 3)': '大小（默认 3）',
  });
  expect(options.translate('size (default: 3) (env: SIZE)')).toBe('大小（默认 3）（变量 SIZE）');
  expect(options.translate('x (default: :-( )')).toBe('x（默认 :-( ）');
});

test('a space stands between Chinese and Latin letters, and none between Chinese ones', () => {
  const better = new Translator({ 'better than {other}': '比{other!}好', base: '基础模型' });
  expect(better.translate('better than base')).toBe('比基础模型好');
  expect(better.translate('better than BM25')).toBe('比 BM25 好');
});

test('what stands for a number is one', () => expect(t('they asked')).toBe('they asked'));
