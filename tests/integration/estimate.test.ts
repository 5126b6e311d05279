import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { lastJson, MODEL, Project, pumpPages } from './project.ts';

/** Pages in two languages, with emoji and code, so that every kind of token is there. */
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

let provider: RunningProvider;
let project: Project;
beforeAll(async () => {
  provider = await startProvider({ exactTokens: true });
  project = await Project.create();
  await project.write({
    ...PAGES,
    '.hone/worker.yaml': WORKER.replace('  default:', `  default:\n    baseURL: ${provider.url}`),
  });
});
afterAll(async () => {
  await provider.close();
  await project.remove();
});

const asked = ['docs', '--model', MODEL, '--max-length', '64'];
const estimate = async (...more: string[]) => lastJson(await project.hone(['estimate', ...asked, '--json', ...more]));

describe('hone estimate', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the wire form itself.
  let before: any;

  it('says what a person would ask, tries the first steps of training, and asks nobody', async () => {
    const ended = await project.hone(['estimate', ...asked, '--json', '--budget', '0.01']);
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

  it('with pilot questions measures answers, and what it paid for is not paid for again', async () => {
    const { questions } = await estimate('--no-pilot', '--pilot-questions', '3');
    expect(provider.stats.chats).toBe(3);
    expect(questions).toMatchObject({ answered: 3, requests: before.questions.requests - 3, answersSeen: 3 });
    expect(questions.pilot).toMatchObject({ asked: 3 });
    expect(questions.time.measured).toBe(true);
    expect(questions.billedPerCounted).toEqual({ ratio: 1, answers: 3 });
    expect(questions.completionTokens.low).toBeLessThanOrEqual(questions.completionTokens.high);
  });

  it('foretold the prompt tokens that the run is billed, to the token, and its steps', async () => {
    const { code, stdout } = await project.hone(['run', ...asked, '--json']);
    expect(code).toBe(0);
    expect(provider.stats.chats).toBe(before.questions.requests);
    expect(provider.stats.promptTokens).toBe(before.questions.promptTokens);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').training.steps).toBe(before.training.steps);
  });

  it('knows that a second run is free, and that another prompt is not', async () => {
    const again = await estimate('--no-pilot');
    expect(again.questions).toMatchObject({ answered: before.questions.requests, requests: 0, promptTokens: 0 });
    const { stdout } = await project.hone(['estimate', ...asked, '--no-pilot', '--per-chunk', '3']);
    expect(stdout).toMatch(/requests +8 to gpt-4o-mini, 3 questions each\n/);
    expect(provider.stats.chats).toBe(before.questions.requests);
  });

  it('of headings asks nobody, and plans the training', async () => {
    const { stdout } = await project.hone(['estimate', ...asked, '--no-pilot', '--questions', 'headings']);
    expect(stdout).toMatch(/requests +none/);
    expect(stdout).toMatch(/training +2 × \d+ pairs in \d+ steps/);
  });
});
