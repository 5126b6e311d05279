import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { RetrainResult } from '../../core/contracts/retrain.ts';
import { putJson } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { reportDecision } from './report-decision.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-decision-'));
  store = await openFilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** The page about a model that was promoted after a run on these questions. */
async function pageAbout(validation: ArtifactRef): Promise<string> {
  const result = {
    name: 'handbook',
    decision: 'promoted',
    reason: 'The new model is better than handbook v1 by 10.0 points.',
    version: 2,
    changes: { unchanged: 9, changed: 1, added: 0, removed: 0, share: 0.1, paths: [] },
    run: { workflowId: 'nightly-train', result: { dataset: { validation } } },
  } as unknown as RetrainResult;
  const { output } = await reportDecision({ store } as StepContext, { workflowId: 'nightly', result });
  return readFile(fileURLToPath(output.decisionUri), 'utf8');
}

const asking = (...queries: string[]) => ({
  queries: Object.fromEntries(queries.map((query, i) => [`q${i}`, query])),
  corpus: { p: '每周清洗一次。' },
  relevant_docs: Object.fromEntries(queries.map((_, i) => [`q${i}`, ['p']])),
  mode: 'text',
});

it('writes down the decision in the language of the questions, as the report of the run is', async () => {
  const chinese = await pageAbout(await putJson(store, asking('滤网多久清洗一次？', '谁来清洗滤网？')));
  expect(chinese).toContain('新模型已发布，为 handbook 第 2 版。');
  const english = await pageAbout(await putJson(store, asking('How often is the strainer cleaned?')));
  expect(english).toContain('handbook: promoted');
});

it('writes it down in English where the questions have been lost since, as the model is promoted by then', async () => {
  const lost = { uri: `${store.uri}/objects/ab/${'a'.repeat(64)}`, sha256: 'a'.repeat(64), bytes: 10 };
  expect(await pageAbout(lost)).toContain('handbook: promoted');
});
