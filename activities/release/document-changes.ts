import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Document, DocumentChanges } from '../../core/contracts/corpus.ts';
import type { Release } from '../../core/contracts/release.ts';
import type { RetrainInput } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { diffDocuments } from '../../core/corpus/sources/diff-documents.ts';
import { describeChanges, describeCurrentModel, tooLittleChanged } from '../../core/release/decide.ts';
import { readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

const DocumentId = Document.pick({ id: true, path: true });

type Input = {
  name: string;
  /** The current release of the name, if there is one. */
  release?: Release | undefined;
  /** JSON Lines of `Document`: today's documents. */
  documents: ArtifactRef;
  options: RetrainInput['retrain'];
};

type Output = {
  changes: DocumentChanges;
  /** Why no training is needed, as a sentence; undefined if it is. */
  skipReason?: string | undefined;
};

/**
 * Compares today's documents with those of the current release, and decides whether enough have changed to train.
 * The differences are reused for the same documents; the decision is made every time.
 */
export async function documentChanges(
  { store }: StepContext,
  { name, release, documents, options }: Input,
): Promise<StepResult<Output>> {
  const before = release?.documents;
  const inputs = { after: documents.sha256, ...(before ? { before: before.sha256 } : {}) };
  const step = { name: 'document-changes', version: 1, inputs };
  const { output: changes, ...rest } = await doStep(store, step, DocumentChanges, async () => {
    const read = (ref: ArtifactRef) => readJsonLines(store, ref, DocumentId);
    return diffDocuments(before ? await read(before) : [], await read(documents));
  });
  const skipReason = release && tooLittleChanged(changes, options, describeCurrentModel(name, release.version));
  return {
    ...rest,
    output: { changes, skipReason },
    summary: release
      ? `${describeChanges(changes)} since ${name} v${release.version}`
      : `nothing published as ${name} yet`,
  };
}
