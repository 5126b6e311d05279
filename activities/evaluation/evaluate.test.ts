import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { putJson, readJson } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from '../training/resolve-model.ts';
import { evaluate } from './evaluate.ts';

const SUBJECTS = ['pumps', 'valves', 'filters', 'seals'];

// The embedding process has to start, on however busy a machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-evaluate-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('asks the base model with the prompts that the tuned one is trained with', async () => {
  const context = await contextIn(folder);
  const { output: base } = await resolveModel(context, { model: './tiny-bert' });
  const measured = async (before: string, prompts?: { query: string }) => {
    const dataset = await putJson(context.store, {
      queries: Object.fromEntries(SUBJECTS.map((s, i) => [`q${i}`, `${before}who checks ${s}?`])),
      corpus: Object.fromEntries(SUBJECTS.map((s, i) => [`c${i}`, `the ${s} of hall ${i}.`])),
      relevant_docs: Object.fromEntries(SUBJECTS.map((_, i) => [`q${i}`, [`c${i}`]])),
    });
    const system = { kind: 'base' as const, model: base, ...(prompts && { prompts }) };
    const { output } = await evaluate(context, { system, dataset });
    return readJson(context.store, output.rankings, z.unknown());
  };
  const prompted = await measured('', { query: 'tell the engineer: ' });
  expect(prompted).toEqual(await measured('tell the engineer: '));
  expect(prompted).not.toEqual(await measured(''));
});
