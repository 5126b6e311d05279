import { load } from 'cheerio';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../contracts/progress.ts';
import { RunInput } from '../contracts/run-input.ts';
import { evaluationDetails } from './details/evaluation-details.ts';
import { renderReport } from './render-report.ts';
import { BASE, DATASET, reportData, TUNED } from './report.fixture.ts';
import type { ReportData } from './report-data.ts';

/** The visible text, with single spaces. */
async function shown(data: ReportData): Promise<string> {
  const page = load(await renderReport(data));
  page('style').remove();
  return page('body').text().replace(/\s+/g, ' ');
}

const HOSTILE = `<script>alert(1)</script><img src=x onerror="alert(2)">"'></style></blockquote><b>&amp;\u0000`;

it('shows the figures of the run', async () => {
  const text = await shown(reportData());
  for (const part of [
    'Hit rate at 5 went from 0.612 to 0.735: +12.2 points (95 % confidence interval +3.1 to +21.2)',
    'for 2 of 3 questions; with the base model it was for 2',
    'press v3 is promoted',
    'BM25 scores higher on these questions: hit@5 0.857',
    '0.561–0.662',
    '1.2 % of the validation passages',
    '46',
    'scan.pdfno text layer',
    'and 2 more',
    'welcome.html38 % kept; navigation “Home Products”; words without spaces “thevalveisclosed”',
    '1 passage without questions',
    'Questions that several passages answer5 8 too general left out, 2 left out of training because validation has them too',
    'Questions whose passage the base model ranks among the first 1085 % 30 others left out of training',
    '$1.23',
    '36 requests sent, 300 recorded answers reused, 61,000 prompt and 4,200 completion tokens',
    '388 pairs in 3 steps, 7.8 pairs per second',
    '4 min 12 s',
    'b'.repeat(64),
    'c'.repeat(64),
    'press, version 3',
  ]) {
    expect(text).toContain(part);
  }
});

it('says which training pairs were repeated, and which could not be trained on', async () => {
  const data = reportData();
  expect(await shown(data)).not.toContain('Pairs not trained on');
  Object.assign(data.record.training, { leftOut: 3, repeated: 46 });
  const text = await shown(data);
  expect(text).toContain('Pairs not trained on3 every other question shares');
  expect(text).toContain('Pairs repeated46 in the same pass');
});

it('shows newly found and lost passages with their ranks, texts and sources', async () => {
  const page = load(await renderReport(reportData()));
  const [found, lost] = page('.examples').toArray();
  expect(page(found).text()).toContain('How often is the press oiled?');
  expect(page(found).text()).toContain('rank 6 → 1');
  expect(page(found).find('.caption').first().text()).toBe('Right passage · machines/press.md › Care › Oil');
  expect(page(found).find('.instead').text()).toContain('Text of p4.');
  expect(page(lost).text()).toContain('Who signs off?');
  expect(page(lost).text()).toContain('rank 2 → not found');
});

it.each([
  ['better', { value: 0.1, low: 0.01, high: 0.2 }, 'Better than the base model.'],
  ['worse', { value: -0.1, low: -0.2, high: -0.01 }, 'Worse than the base model.'],
  ['undecided', { value: 0.1, low: -0.01, high: 0.2 }, 'No clear difference from the base model.'],
])('decides by the interval, not by the mean: %s', async (verdict, difference, sentence) => {
  const data = reportData();
  const [evaluation] = data.record.evaluations;
  evaluation.gain = { metric: 'hit@5', difference };
  const page = load(await renderReport(data));
  expect(page('.verdict').hasClass(verdict)).toBe(true);
  expect(page('.decision strong').text()).toBe(sentence);
});

it.each([
  ['questions', { queries: 3 }],
  ['documents', { queries: 300, documents: 4 }],
])('does not decide by too few %s, whatever the interval', async (_, basis) => {
  const data = reportData();
  const [evaluation] = data.record.evaluations;
  evaluation.gain = { metric: 'hit@5', difference: { value: 0.5, low: 0.4, high: 0.6 }, ...basis };
  const page = load(await renderReport(data));
  expect(page('.verdict').hasClass('undecided')).toBe(true);
  expect(page('.decision strong').text()).toMatch(/^Too few to tell: .* 30 questions about at least 5 documents/);
  expect(await shown({ ...data, language: 'zh' })).toContain('样本太少，无法判断');
});

it('loads and runs nothing, and has a policy that forbids both', async () => {
  const page = load(await renderReport(reportData()));
  expect(page('script, link, iframe, img, object, embed, video, audio, base, form').length).toBe(0);
  expect(page('[src], [href], [action], [srcset]').length).toBe(0);
  expect(page('style').text()).not.toMatch(/@import|url\(/);
  const handlers = page('*')
    .toArray()
    .flatMap((element) => Object.keys('attribs' in element ? element.attribs : {}))
    .filter((name) => name.startsWith('on'));
  expect(handlers).toEqual([]);
  expect(page('meta[http-equiv="Content-Security-Policy"]').attr('content')).toContain("default-src 'none'");
});

it('escapes hostile text from all sources', async () => {
  const dataset = {
    ...DATASET,
    queries: { q1: HOSTILE, q2: HOSTILE, q3: HOSTILE },
    corpus: Object.fromEntries(Object.keys(DATASET.corpus).map((id) => [id, HOSTILE.repeat(20)])),
  };
  const info = new Map(
    Object.keys(dataset.corpus).map((id, i) => [
      id,
      { path: `${HOSTILE}${i}`, headings: [HOSTILE], language: `${HOSTILE}${i}` },
    ]),
  );
  const clean = reportData();
  const [evaluation] = clean.record.evaluations;
  const data = reportData(
    {
      workflowId: HOSTILE,
      input: RunInput.parse({ documents: [HOSTILE], title: HOSTILE, questions: { model: HOSTILE } }),
      base: { ...clean.record.base, name: HOSTILE, revision: HOSTILE },
      evaluations: [
        { ...evaluation, others: [{ ...evaluation.base, system: HOSTILE }] },
        { ...evaluation, dataset: HOSTILE },
      ],
      ingest: {
        documents: clean.record.dataset.train,
        read: 1,
        skipped: [{ path: HOSTILE, reason: HOSTILE }],
        skippedMore: 0,
        toCheck: [
          {
            path: HOSTILE,
            kept: 0.1,
            omitted: [{ reason: 'hidden', characters: 9, sample: HOSTILE }],
            doubts: [{ kind: 'guessed-encoding', sample: HOSTILE }],
          },
        ],
      },
      published: { name: HOSTILE, version: 1, promoted: true, reason: HOSTILE },
      stages: [{ name: 'train', state: 'done', summary: HOSTILE, seconds: 1 }],
    },
    {
      details: [
        evaluationDetails(
          dataset,
          { system: 'base', rankings: BASE },
          { system: 'tuned', rankings: TUNED },
          [{ system: HOSTILE, rankings: BASE }],
          info,
        ),
      ],
    },
  );
  const page = load(await renderReport(data));
  expect(page('script, img, b, [onerror]').length).toBe(0);
  expect(page('style').length).toBe(1);
  expect(page('h1').text()).toBe(HOSTILE.replace('\u0000', ''));
  expect(page('.question q').first().text()).toBe(HOSTILE.replace('\u0000', ''));
});

describe('the page', () => {
  it('leaves out documents and questions of a run on an imported dataset', async () => {
    const data = reportData();
    for (const absent of ['ingest', 'chunks', 'split', 'questions', 'published'] as const) delete data.record[absent];
    const text = await shown(data);
    expect(text).not.toContain('Documents read');
    expect(text).not.toContain('not used for training');
    expect(text).not.toContain('undefined');
    expect(text).toContain('194');
  });

  it('has sentences in place of missing losses and examples', async () => {
    const same = { system: 'x', rankings: BASE.slice(1, 2) };
    const only: typeof DATASET = { ...DATASET, queries: { q2: '滤网？' }, relevant_docs: { q2: ['p2'] } };
    const data = reportData({}, { losses: [], details: [evaluationDetails(only, same, same, [])] });
    const text = await shown(data);
    expect(text).toContain('No loss was recorded.');
    expect(text).toContain(
      'The base model already found every passage that the tuned model ranks among the first five.',
    );
    expect(text).toContain(
      'The tuned model still finds every passage that the base model ranked among the first five.',
    );
    expect(text).not.toContain('Results by group');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('can show a single step of training', async () => {
    const [first] = reportData().losses;
    expect(await shown(reportData({}, { losses: first ? [first] : [] }))).toContain('One step; loss 1.400.');
  });

  it('says if nothing was skipped', async () => {
    const clean = reportData();
    const { ingest, questions } = clean.record;
    if (!ingest || !questions) throw new Error('the fixture has both');
    const data = reportData({
      ingest: { ...ingest, skipped: [], skippedMore: 0 },
      questions: { ...questions, quarantined: [], quarantinedCount: 0 },
    });
    expect(await shown(data)).toContain('Every document was read, and every passage has questions.');
  });

  it('shows how many passages were not asked about because of the budget', async () => {
    const { questions } = reportData().record;
    if (!questions) throw new Error('the fixture has questions');
    const text = await shown(reportData({ questions: { ...questions, stoppedAtBudget: true, notAsked: 1204 } }));
    expect(text).toMatch(/Passages not asked about\s*1,204\s*the budget for questions was used up/);
  });

  it('does not claim separate documents if one document was split by chunks', async () => {
    const { split } = reportData().record;
    const text = await shown(reportData(split ? { split: { ...split, by: 'chunks' } } : {}));
    expect(text).not.toMatch(/not used for training|34 documents/);
  });
});

it('can be written in Chinese, and marks the language of every passage', async () => {
  const page = load(await renderReport(reportData({}, { language: 'zh' })));
  expect(page('html').attr('lang')).toBe('zh-CN');
  expect(page('.decision').text()).toContain('优于基础模型。');
  expect(page('h2').first().text()).toBe('指标');
  expect(page('.slice').first().text()).toContain('英语');
  expect(page('.examples').first().find('blockquote').first().attr('lang')).toBe('en');
});

/** What stays as it is in any language: names, paths, quotations, metrics, units, and terms that Chinese texts use. */
const NAMES =
  /press(-run)?|BAAI\/bge-base|BGE v1|BM25|(hit|precision|recall|MRR|nDCG|MAP)@\d+|nDCG|\S+\.(md|pdf|html|jsonl)|“[^”]*”|OCR|bootstrap|tokens?|Hone|min|[a-f\d]{64}/g;

describe('a report in Chinese has no English besides names, file names and metrics', () => {
  const evaluated = (value: number, low: number, high: number) => {
    const { evaluations } = reportData().record;
    const [evaluation] = evaluations;
    return [{ ...evaluation, gain: { metric: 'hit@5', difference: { value, low, high } } }] as typeof evaluations;
  };
  const published = { name: 'press', version: 2, promoted: false, reason: 'press not promoted: worse than base' };
  const { recipe, ingest, questions, split } = reportData().record;
  const zh: Partial<ReportData['record']> = {
    input: RunInput.parse({ documents: ['手册'], title: '压榨机手册', publish: { name: 'press', gate: 'better' } }),
  };

  it.each<[string, Partial<ReportData['record']>, string]>([
    ['promoted', {}, '已发布为 press 第 3 版；比基础模型高 12.2 个百分点（95% 置信区间 3.1 至 21.2）。'],
    [
      'worse',
      { published, evaluations: evaluated(-0.1, -0.2, -0.01) },
      'press 仍为第 2 版：比基础模型低 10.0 个百分点',
    ],
    ['undecided', { published, evaluations: evaluated(0.1, -0.2, 0.4) }, 'press 仍为第 2 版：提升不显著，比基础模型高'],
    [
      'on too few questions',
      {
        published,
        evaluations: [{ ...evaluated(1, -0.3, 1)[0], gain: { ...evaluated(1, -0.3, 1)[0].gain, queries: 1 } }],
      },
      'press 仍为第 2 版：无法判断是否更好，比基础模型高 100.0 个百分点（95% 置信区间 -30.0 至 100.0；样本太少：问题只有 1 个，至少需要 30 个）',
    ],
    [
      'rejected',
      { published: { ...published, version: 0, rejected: '等下一季' } },
      'press 仍未发布：审批被拒绝（等下一季）。',
    ],
    [
      'without a trial that is better',
      { published, recipe: { ...recipe, search: recipe.search && { ...recipe.search, baseIsBetter: true } } },
      '在留出的训练问题上，基础模型优于所有试训',
    ],
    ['without a name', { published: undefined }, '优于基础模型。'],
    ['of a single document', { split: split && { ...split, by: 'chunks', leakage: 0 } }, '按段落划分，未按文档'],
    [
      'with all that can be left out',
      {
        ingest: ingest && {
          ...ingest,
          skipped: [{ path: 'scan.pdf', reason: 'no readable text layer (scanned pages need OCR first)' }],
        },
        questions: questions && {
          ...questions,
          stoppedAtBudget: true,
          notAsked: 7,
          quarantined: [
            { chunkId: 'x', path: 'tables.md', reason: 'no usable question: a preamble, in another language' },
          ],
        },
        roundTrip: {
          topK: 10,
          train: { questions: 9, passed: 8 },
          validation: { questions: 3, passed: 3 },
          leftOut: 1,
        },
      },
      '没有可用的问题：开场白、语言不符',
    ],
  ])('%s', async (_what, changes, expected) => {
    const stages = STAGES.map((name) => ({
      name,
      state: 'done' as const,
      summary: 'A summary in English',
      seconds: 75,
    }));
    const data = reportData({ ...zh, stages, ...changes }, { language: 'zh' });
    const page = load(await renderReport(data));
    expect(page('body').text().replace(/\s+/g, ' ')).toContain(expected);
    // Quoted texts have a language of their own; option names and the run input are what a user writes.
    page('style, [lang=en], blockquote, q, .caption, .options, pre, code').remove();
    expect(
      page('body')
        .text()
        .replace(NAMES, '')
        .match(/[A-Za-z]{2,}/g) ?? [],
    ).toEqual([]);
  });
});

it('draws each chart as an image with a label, in the colours of the style sheet', async () => {
  const page = load(await renderReport(reportData()));
  const pictures = page('svg').toArray();
  expect(pictures.map((svg) => page(svg).attr('aria-label'))).toEqual([
    'hit@5 with its 95 % interval',
    'Training loss',
    'Hit rate by rank',
    'Loss of the trials',
  ]);
  for (const svg of pictures) {
    expect(page(svg).attr('role')).toBe('img');
    expect(page.html(svg)).toContain('var(--tuned)');
  }
  // Ten bars each for base and tuned; their heights are the hit rates.
  expect(page(pictures[2]).find('.mark-rect path').length).toBe(20);
});
