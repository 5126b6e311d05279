import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Document, DocumentChanges } from '../../core/contracts/corpus.ts';
import type { Release } from '../../core/contracts/release.ts';
import type { RetrainInput } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { diffDocuments } from '../../core/corpus/sources/diff-documents.ts';
import { changesInWords, incumbent, tooLittleChanged } from '../../core/release/decide.ts';
import { readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

const Named = Document.pick({ id: true, path: true });

/** What became of the documents since the model in production was promoted, and whether that is worth training. */
export async function documentChanges(
  { store }: StepContext,
  {
    name,
    release,
    documents,
    options,
  }: {
    name: string;
    release?: Release;
    documents: ArtifactRef;
    options: RetrainInput['retrain'];
  },
): Promise<StepResult<{ changes: DocumentChanges; stay?: string }>> {
  const before = release?.documents;
  const inputs = { after: documents.sha256, ...(before ? { before: before.sha256 } : {}) };
  const { output, ...outcome } = await doStep(
    store,
    { name: 'document-changes', version: 1, inputs },
    DocumentChanges,
    async () => {
      const read = (ref: ArtifactRef) => readJsonLines(store, ref, Named);
      return diffDocuments(before ? await read(before) : [], await read(documents));
    },
  );
  const stay = release && tooLittleChanged(output, options, incumbent(name, release.version));
  return {
    ...outcome,
    output: { changes: output, ...(stay === undefined ? {} : { stay }) },
    summary: release
      ? `${changesInWords(output)} since ${name} v${release.version}`
      : `nothing published as ${name} yet`,
  };
}
