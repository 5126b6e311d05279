import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk, Split } from '../../core/contracts/corpus.ts';
import { DatasetResult } from '../../core/contracts/dataset.ts';
import { Question } from '../../core/contracts/questions.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { buildDataset as build } from '../../core/dataset/build-dataset.ts';
import { putDataset, readJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

type Input = {
  /** JSON Lines of `Chunk`. */
  chunks: ArtifactRef;
  /** JSON of `Split`. */
  split: ArtifactRef;
  /** JSON Lines of `Question`. */
  questions: ArtifactRef;
};

/**
 * Builds the training and the validation dataset from chunks, split and questions. Stores JSON of `QADataset` for
 * each. Reused for the same chunks, split and questions.
 * @throws Fault `input` if a dataset would have no query.
 */
export async function buildDataset(
  { store, signal }: StepContext,
  { chunks, split, questions }: Input,
): Promise<StepResult<DatasetResult>> {
  const inputs = { chunks: chunks.sha256, split: split.sha256, questions: questions.sha256 };
  const outcome = await doStep(store, { name: 'build-dataset', version: 1, inputs }, DatasetResult, async () => {
    const { train, validation, shared } = await build(
      await readJsonLines(store, chunks, Chunk, signal),
      await readJson(store, split, Split),
      await readJsonLines(store, questions, Question, signal),
      signal,
    );
    return {
      train: await putDataset(store, train),
      validation: await putDataset(store, validation),
      trainQueries: Object.keys(train.queries).length,
      validationQueries: Object.keys(validation.queries).length,
      validationPassages: Object.keys(validation.corpus).length,
      shared,
    };
  });
  return { ...outcome, summary: describe(outcome.output) };
}

function describe({ trainQueries, validationQueries, validationPassages, shared }: DatasetResult): string {
  const parts = [
    `${counted(trainQueries, 'question')} for training, ${validationQueries} for validation among ${counted(validationPassages, 'passage')}`,
  ];
  if (shared?.inBothSplits) {
    const share = (100 * shared.validationInBothSplits) / validationQueries;
    parts.push(`${shared.inBothSplits} left out of training, as ${share.toFixed(1)} % of validation asks the same`);
  }
  if (shared?.tooGeneral) parts.push(`${shared.tooGeneral} too general left out`);
  return parts.join('; ');
}
