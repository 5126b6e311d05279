import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Ranking } from '../../core/contracts/evaluation.ts';
import { Profile } from '../../core/contracts/profile.ts';
import { saveModel } from '../../core/encoder/files/save-model.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import { putJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { putTuned } from '../runtime/models.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from '../training/resolve-model.ts';
import { evaluate } from './evaluate.ts';

const TOPICS = ['pumps', 'valves', 'filters', 'seals'];

// The embedding process may start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();

it('evaluates the base model with the prompts that the tuned model is trained with', async () => {
  const context = await contextIn(folder.path);
  const { output: base } = await resolveModel(context, { model: './tiny-bert' });
  const rankings = async (before: string, prompts?: { query: string }) => {
    const dataset = await putJson(context.store, {
      queries: Object.fromEntries(TOPICS.map((s, i) => [`q${i}`, `${before}who checks ${s}?`])),
      corpus: Object.fromEntries(TOPICS.map((s, i) => [`c${i}`, `the ${s} of hall ${i}.`])),
      relevant_docs: Object.fromEntries(TOPICS.map((_, i) => [`q${i}`, [`c${i}`]])),
    });
    const system = { kind: 'base' as const, model: base, ...(prompts && { prompts }) };
    const { output } = await evaluate(context, { system, dataset });
    return readJsonLines(context.store, output.rankings, Ranking);
  };
  const prompted = await rankings('', { query: 'tell the engineer: ' });
  // By lines: as one string, rankings of some hundred thousand questions are longer than V8 allows.
  expect(prompted.map(({ queryId }) => queryId)).toEqual(TOPICS.map((_, i) => `q${i}`));
  expect(prompted).toEqual(await rankings('tell the engineer: '));
  expect(prompted).not.toEqual(await rankings(''));
});

it('tells tuned models apart that differ in one module alone', async () => {
  const context = await contextIn(folder.path);
  const dataset = await putJson(context.store, {
    queries: Object.fromEntries(TOPICS.map((s, i) => [`q${i}`, `who checks ${s}?`])),
    corpus: Object.fromEntries(TOPICS.map((s, i) => [`c${i}`, `the ${s} of hall ${i}.`])),
    relevant_docs: Object.fromEntries(TOPICS.map((_, i) => [`q${i}`, [`c${i}`]])),
  });
  const evaluateWith = async (dense: string) => {
    const scratch = folder.join(dense.replace('/', '-'));
    await cp(join(context.base, 'architectures/bert-dense/model'), scratch, { recursive: true });
    const file = join(scratch, dense);
    const weights = await readFile(file);
    // The lowest bits of the last weight.
    weights.writeUInt8(weights.readUInt8(weights.length - 4) ^ 255, weights.length - 4);
    await writeFile(file, weights);
    const model = await putTuned(context.store, scratch);
    const evaluated = await evaluate(
      { ...context, scratch: join(scratch, 'evaluate') },
      { system: { kind: 'tuned', model }, dataset },
    );
    return { model, evaluated };
  };
  const one = await evaluateWith('2_Dense/model.safetensors');
  const other = await evaluateWith('3_Dense/model.safetensors');
  expect(other.model.sha256).not.toBe(one.model.sha256);
  expect(other.evaluated.reused).toBe(false);
});

it('evaluates a tuned model as it was saved, whatever length the run gives', async () => {
  const context = await contextIn(folder.path);
  const target = folder.join('short');
  await saveModel(join(context.base, 'tiny-bert'), target, { maxLength: 8, onnx: false });
  const model = await putTuned(context.store, target);
  const words = 'the pumps of hall 1 are seen to on day 3, '.repeat(2);
  const dataset = await putJson(context.store, {
    queries: { q: `${words}who checks seals?` },
    corpus: Object.fromEntries(TOPICS.map((s, i) => [`c${i}`, `${words}and the ${s} of hall ${i}.`])),
    relevant_docs: { q: ['c3'] },
  });
  const rankings = async (maxLength?: number) => {
    const { output, reused } = await evaluate(context, { system: { kind: 'tuned', model }, dataset, maxLength });
    return { reused, rankings: await readJsonLines(context.store, output.rankings, Ranking) };
  };
  const saved = await rankings();
  // Within eight tokens all passages are the same.
  expect(saved.rankings).toMatchObject([{ top: ['c0', 'c1', 'c2', 'c3'] }]);
  expect(await rankings(40)).toEqual({ ...saved, reused: true });
});

describe('a hosted model is evaluated again', () => {
  const system = { kind: 'hosted', model: 'text-embedding-3-small', profile: 'default' } as const;
  const running: RunningProvider[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  async function evaluateAt(profiles: StepContext['profiles'], profile = 'default') {
    const context = await contextIn(folder.path, { profiles });
    const dataset = await putJson(context.store, {
      queries: { q: 'who checks pumps?' },
      corpus: { c: 'the pumps of hall 1.', d: 'the seals of hall 2.' },
      relevant_docs: { q: ['c'] },
    });
    return evaluate(context, { system: { ...system, profile }, dataset });
  }
  async function serve() {
    const server = await startProvider();
    running.push(server);
    return server;
  }

  it('behind another endpoint, whatever its profile is called', async () => {
    const [first, second] = [await serve(), await serve()];
    const at = (url: string) => Profile.parse({ apiKey: 'test', baseURL: url });
    await evaluateAt({ default: at(first.url) });
    expect(await evaluateAt({ default: at(second.url) })).toMatchObject({ reused: false });
    expect(second.stats.embeddedTexts).toBeGreaterThan(0);
    expect(await evaluateAt({ other: at(first.url) }, 'other')).toMatchObject({ reused: true });
  });

  it('not with another key', async () => {
    const { url, stats } = await serve();
    await evaluateAt({ default: Profile.parse({ apiKey: 'test', baseURL: url }) });
    const { embeddedTexts } = stats;
    const withUser = url.replace('://', '://someone:secret@');
    expect(await evaluateAt({ default: Profile.parse({ apiKey: 'renewed', baseURL: `${withUser}/` }) })).toMatchObject({
      reused: true,
    });
    expect(stats.embeddedTexts).toBe(embeddedTexts);
  });

  it('never for a profile that the worker does not have', async () => {
    await expect(evaluateAt({})).rejects.toMatchObject({ kind: 'config' });
  });
});
