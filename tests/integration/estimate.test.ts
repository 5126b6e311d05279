import { beforeAll, describe, expect, it } from 'vitest';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

/** Pages in two languages, with emoji and code: many kinds of tokens. */
const PAGES = {
  ...pumpPages(6),
  'docs/reactivity.md':
    '# 响应式基础\n\n在组合式 API 中，推荐使用 `ref()` 函数来声明响应式状态 🚀。`ref()` 接收参数，并将其包裹在一个带有 `.value` 属性的对象中返回。\n',
  'docs/lifecycle.md':
    '# 生命周期\n\n每个 Vue 组件实例在创建时都需要经历一系列的初始化步骤，比如设置好数据侦听、编译模板、挂载实例到 DOM。\n\n<|endoftext|>\n',
};
const WORKER = `profiles:
  default:
    requestsPerMinute: 6000
    tokensPerMinute: 10000
    concurrency: 4
    prices: { gpt-4o-mini: { prompt: 150, completion: 600 } }
`;

const harness = useHarness();
let provider: RunningProvider;
let project: Project;
beforeAll(async () => {
  provider = await harness.use(startProvider({ exactTokens: true }));
  project = await createProject(harness);
  await project.write({
    ...PAGES,
    '.hone/worker.yaml': WORKER.replace('  default:', `  default:\n    baseURL: ${provider.url}`),
  });
});

const run = ['docs', '--model', MINILM, '--max-length', '64'];
const estimate = async (...more: string[]) => lastJson(await project.hone(['estimate', ...run, '--json', ...more]));

describe('hone estimate', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the wire format itself.
  let before: any;

  it('reports requests, tokens and price, measures the first training steps, and sends no request', async () => {
    const ended = await project.hone(['estimate', ...run, '--json', '--budget', '0.01']);
    before = lastJson(ended);
    expect(before.corpus).toMatchObject({ documents: 8, skipped: 0 });
    expect(before.questions).toMatchObject({
      answered: 0,
      requests: before.corpus.chunks,
      exact: true,
      answersSeen: 0,
    });
    const { low, likely, high } = before.questions.price;
    expect([low, likely, high]).toEqual([low, likely, high].sort((a, b) => a - b));
    expect(before.training.pilot.samplesPerSecond).toBeGreaterThan(0);
    expect(before.training.pilot.peakBytes).toBeGreaterThan(1e8);
    expect(before.training.pilot.embeddingSeconds).toBeGreaterThan(0);
    expect(ended.stderr).toMatch(/requests +8 to gpt-4o-mini, 2 questions each\n/);
    expect(ended.stderr).toMatch(/prompts +[\d,]+ tokens, counted as OpenAI does \(o200k_base\)/);
    expect(ended.stderr).toMatch(/asking .*at 10,000 tokens a minute/);
    expect(ended.stderr).toMatch(/The budget of \$0\.0100 will be used up/);
    expect(provider.stats.chats).toBe(0);
  });

  it('measures the answers of pilot questions, which are not paid for again', async () => {
    const { questions } = await estimate('--no-pilot', '--pilot-questions', '3');
    expect(provider.stats.chats).toBe(3);
    expect(questions).toMatchObject({ answered: 3, requests: before.questions.requests - 3, answersSeen: 3 });
    expect(questions.pilot).toMatchObject({ asked: 3 });
    expect(questions.time.measured).toBe(true);
    expect(questions.billedPerCounted).toEqual({ ratio: 1, answers: 3 });
    expect(questions.completionTokens.low).toBeLessThanOrEqual(questions.completionTokens.high);
  });

  it('predicts the exact number of billed prompt tokens and of training steps', async () => {
    const { code, stdout } = await project.hone(['run', ...run, '--json']);
    expect(code).toBe(0);
    expect(provider.stats.chats).toBe(before.questions.requests);
    expect(provider.stats.promptTokens).toBe(before.questions.promptTokens);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').training.steps).toBe(before.training.steps);
  });

  it('reports that a second run is free, and that another prompt is not', async () => {
    const again = await estimate('--no-pilot');
    expect(again.questions).toMatchObject({ answered: before.questions.requests, requests: 0, promptTokens: 0 });
    const { stdout } = await project.hone(['estimate', ...run, '--no-pilot', '--per-chunk', '3']);
    expect(stdout).toMatch(/requests +8 to gpt-4o-mini, 3 questions each\n/);
    expect(provider.stats.chats).toBe(before.questions.requests);
  });

  it('needs no requests for headings, and plans the training', async () => {
    const { stdout } = await project.hone(['estimate', ...run, '--no-pilot', '--questions', 'headings']);
    expect(stdout).toMatch(/requests +none/);
    expect(stdout).toMatch(/training +2 × \d+ pairs in \d+ steps/);
  });
});
