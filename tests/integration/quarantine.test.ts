import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { startProvider } from '../provider/start-provider.ts';

const harness = useHarness();
let project: Project;
beforeAll(async () => {
  // For two of the pages the model returns no usable question, also on the second request, which names the reason.
  const provider = await harness.use(
    startProvider({
      inject: ({ text }) => {
        if (/P-300|a preamble/.test(text))
          return { do: 'say', text: 'Sure! Here are two questions about the passage:' };
        if (/P-700|speaks of the passage/.test(text))
          return { do: 'say', text: 'According to the context, what does the P-700 deliver?' };
        return undefined;
      },
    }),
  );
  project = await createProject(harness, { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' });
  const config = {
    documents: ['docs'],
    model: MINILM,
    questions: { maxFailedShare: 0.3, roundTrip: { topK: 3, filter: true } },
    training: { epochs: 1, maxLength: 64 },
  };
  await project.write({ ...pumpPages(10), 'run.yaml': JSON.stringify(config) });
});

it('lists each chunk without a question, with the reason, in the report and beside the dataset', async () => {
  const ended = await project.hone(['run', '--config', 'run.yaml', '--json']);
  expect([0, 3], ended.stderr).toContain(ended.code);
  const { report } = lastJson(ended);
  const folder = join(dirname(report), 'dataset');
  const quarantine = (await readFile(join(folder, 'quarantine.jsonl'), 'utf8')).trim().split('\n');
  expect(quarantine.map((line) => JSON.parse(line)).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { chunkId: expect.any(String), path: 'docs/pump-3.md', reason: 'no usable question: a preamble' },
    { chunkId: expect.any(String), path: 'docs/pump-7.md', reason: 'no usable question: speaks of the passage' },
  ]);
  const page = await readFile(report, 'utf8');
  for (const shown of ['docs/pump-3.md', 'no usable question: speaks of the passage']) expect(page).toContain(shown);

  const train = parseDataset(await readFile(join(folder, 'train.json'), 'utf8'), 'train.json');
  const validation = parseDataset(await readFile(join(folder, 'validation.json'), 'utf8'), 'validation.json');
  const kept = Object.values({ ...train.queries, ...validation.queries }).join('\n');
  expect(kept).not.toMatch(/According to|Here are/);
  expect(Object.values(validation.corpus).join('\n')).toContain('P-700');
  // Questions for which the base model does not retrieve their chunk are left out of training; the run reports the
  // share.
  expect(ended.stderr).toMatch(/dataset +\d+ questions for training, 2 for validation; round trip \d+ % \(top 3\)/);
  expect(page).toMatch(/base model ranks among the first 3/);
});
