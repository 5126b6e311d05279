import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { putJson, readJson } from '../runtime/artifacts.ts';
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
    return readJson(context.store, output.rankings, z.unknown());
  };
  const prompted = await rankings('', { query: 'tell the engineer: ' });
  expect(prompted).toEqual(await rankings('tell the engineer: '));
  expect(prompted).not.toEqual(await rankings(''));
});
