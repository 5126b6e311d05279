import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages, SMALL_DATASET } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import type { Injected } from '../provider/injected.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const harness = useHarness();
let provider: RunningProvider;
let project: Project;
let lost = 0;
beforeAll(async () => {
  // Every fifth request fails, by turns in one of these ways.
  const faults: Injected[] = [
    { do: 'status', status: 500 },
    { do: 'reset' },
    { do: 'status', status: 429, headers: { 'retry-after': '1' } },
    { do: 'truncate' },
  ];
  let requests = 0;
  provider = await harness.use(
    startProvider({
      inject: ({ path }) => {
        const fault = ++requests % 5 === 0 ? faults[(requests / 5) % faults.length] : undefined;
        // The only one of these faults that is billed: the answer was computed, and lost during transfer.
        if (fault?.do === 'truncate' && path.includes('chat')) lost++;
        return fault;
      },
    }),
  );
  project = await createProject(harness, { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' });
  await project.write({ ...pumpPages(10), 'other.json': JSON.stringify(SMALL_DATASET) });
});

it('evaluates a hosted model, and all models on another dataset, although the provider fails now and then', async () => {
  const compared = ['--compare-with', 'text-embedding-3-small', '--also-on', 'other.json'];
  const run = ['run', 'docs', '--model', MINILM, '--max-length', '64', '--epochs', '1', ...compared, '--json'];
  const first = await project.hone(run);
  expect([0, 3]).toContain(first.code);
  const result = lastJson(first);
  const hosted = result.others['text-embedding-3-small'];
  expect(hosted['hit@5']).toBeGreaterThan(0);
  expect(first.stderr).toMatch(/base +tuned +BM25 +text-embedding-3-small/);
  expect(first.stderr).toMatch(new RegExp(`hit rate @5 .*${hosted['hit@5'].toFixed(3)}`));
  expect(result.alsoOn).toHaveLength(1);
  expect(result.alsoOn[0]).toMatchObject({ queries: 2, passages: 2, base: { 'hit@5': 1 }, tuned: { 'hit@5': 1 } });
  const page = await readFile(result.report, 'utf8');
  for (const shown of ['text-embedding-3-small', 'other.json']) expect(page).toContain(shown);

  const { chats, embeddedTexts } = provider.stats;
  expect(chats).toBe(result.counts.chunks + lost);
  const second = await project.hone(run);
  expect(second.code).toBe(first.code);
  expect(second.stderr).toMatch(/questions .*reused/);
  expect(lastJson(second).others).toEqual(result.others);
  expect(provider.stats).toMatchObject({ chats, embeddedTexts });
  for (const name of ['train', 'validation']) {
    const dataset = JSON.parse(await readFile(join(result.model, '..', 'dataset', `${name}.json`), 'utf8'));
    expect(Object.keys(dataset).sort()).toEqual(['corpus', 'mode', 'queries', 'relevant_docs']);
  }
});
