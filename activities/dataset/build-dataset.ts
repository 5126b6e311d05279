import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk, Split } from '../../core/contracts/corpus.ts';
import { DatasetResult } from '../../core/contracts/dataset.ts';
import { Question } from '../../core/contracts/questions.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { buildDataset as build, checkQuestionLeakage } from '../../core/dataset/build-dataset.ts';
import { putDataset, readJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

/** Puts chunks, split and questions together into the data set to train on and the one to judge by. */
export async function buildDataset(
  { store }: StepContext,
  {
    chunks,
    split,
    questions,
    maxLeakage,
  }: {
    chunks: ArtifactRef;
    split: ArtifactRef;
    questions: ArtifactRef;
    maxLeakage: number;
  },
): Promise<StepResult<DatasetResult>> {
  const inputs = { chunks: chunks.sha256, split: split.sha256, questions: questions.sha256 };
  const outcome = await doStep(store, { name: 'build-dataset', version: 1, inputs }, DatasetResult, async () => {
    const { train, validation, shared } = await build(
      await readJsonLines(store, chunks, Chunk),
      await readJson(store, split, Split),
      await readJsonLines(store, questions, Question),
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
  const { validationQueries, shared } = outcome.output;
  if (shared) checkQuestionLeakage(shared, validationQueries, maxLeakage);
  return { ...outcome, summary: inWords(outcome.output) };
}

function inWords({ trainQueries, validationQueries, validationPassages, shared }: DatasetResult): string {
  const parts = [
    `${counted(trainQueries, 'question')} to train on, ${validationQueries} to judge by among ${counted(validationPassages, 'passage')}`,
  ];
  if (shared?.inBothSplits) parts.push(`${shared.inBothSplits} asked on both sides left out of training`);
  if (shared?.tooGeneral) parts.push(`${shared.tooGeneral} too general left out`);
  return parts.join('; ');
}
