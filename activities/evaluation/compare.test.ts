import { expect, it } from 'vitest';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { putJson, putJsonLines } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { compare } from './compare.ts';

const folder = temporaryFolder();

/** Eight questions about each of so many documents. In the first three, the tuned model finds what the base did not. */
async function compareOn(documents: number, withDocuments: boolean) {
  const context = await contextIn(folder.path);
  const { store } = context;
  const passages = Array.from({ length: 8 * documents }, (_, i) => ({
    id: `p${i}`,
    documentId: `d${Math.floor(i / 8)}`,
  }));
  const ranked = (isFound: (i: number) => boolean) =>
    passages.map(({ id }, i) => ({ queryId: `q${i}`, top: isFound(i) ? [id] : [], rank: isFound(i) ? 1 : 0 }));
  const dataset = await putJson(store, {
    queries: Object.fromEntries(passages.map((_, i) => [`q${i}`, `question ${i}`])),
    corpus: Object.fromEntries(passages.map(({ id }) => [id, `passage ${id}`])),
    relevant_docs: Object.fromEntries(passages.map(({ id }, i) => [`q${i}`, [id]])),
  });
  const base = await putJsonLines(
    store,
    ranked((i) => i >= 24 && i % 2 === 0),
  );
  const tuned = await putJsonLines(
    store,
    ranked((i) => i < 24 || i % 2 === 0),
  );
  const chunks: ArtifactRef | undefined = withDocuments ? await putJsonLines(store, passages) : undefined;
  return compare(context, { dataset, base, tuned, chunks });
}

it('takes questions about a document for dependent', async () => {
  const { output: byDocument } = await compareOn(12, true);
  const { output: byPassage } = await compareOn(12, false);
  expect(byDocument).toMatchObject({ queries: 96, documents: 12, difference: { value: 0.25 } });
  expect(byPassage.documents).toBeUndefined();
  // All of the gain is in three documents of twelve, which may be chance.
  expect(byPassage.difference.low).toBeGreaterThan(0.15);
  expect(byDocument.difference.low).toBeLessThan(0.05);
  expect(byDocument.difference.high).toBeGreaterThan(byPassage.difference.high);
});

it('says that a gain on few documents is too few to tell', async () => {
  expect((await compareOn(4, true)).summary).toMatch(
    /^better than base by 75\.0 points \(95 % CI .*; too few to tell: 4 documents, of at least 5\)$/,
  );
  expect((await compareOn(4, false)).summary).not.toContain('too few');
});
