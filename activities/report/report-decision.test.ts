import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { retrainResult, runResult } from '../../core/report/report.fixture.ts';
import { putDataset } from '../runtime/artifacts.ts';
import { reportDecision } from './report-decision.ts';

const temporary = temporaryStore();

/** The page about a model that was promoted after a run with this validation data. */
async function decisionPage(validation: ArtifactRef): Promise<string> {
  const { dataset } = runResult();
  const result = retrainResult({
    decision: 'promoted',
    version: 2,
    run: { workflowId: 'nightly-train', result: runResult({ dataset: { ...dataset, validation } }) },
  });
  const { output } = await reportDecision({ store: temporary.store }, { workflowId: 'nightly', result });
  return readFile(fileURLToPath(output.decisionUri), 'utf8');
}

const datasetOf = (...queries: string[]) => ({
  queries: Object.fromEntries(queries.map((query, i) => [`q${i}`, query])),
  corpus: { p: '每周清洗一次。' },
  relevant_docs: Object.fromEntries(queries.map((_, i) => [`q${i}`, ['p']])),
  mode: 'text',
});

it('writes the page in the language of the questions, like the report of the run', async () => {
  const { store } = temporary;
  const chinese = await decisionPage(await putDataset(store, datasetOf('滤网多久清洗一次？', '谁来清洗滤网？')));
  expect(chinese).toContain('新模型已发布，为 handbook 第 2 版。');
  const english = await decisionPage(await putDataset(store, datasetOf('How often is the strainer cleaned?')));
  expect(english).toContain('handbook: promoted');
});

it('writes the page in English if the questions were lost, as the model is promoted already', async () => {
  const lost = { uri: `${temporary.store.uri}/objects/ab/${'a'.repeat(64)}`, sha256: 'a'.repeat(64), bytes: 10 };
  expect(await decisionPage(lost)).toContain('handbook: promoted');
});
