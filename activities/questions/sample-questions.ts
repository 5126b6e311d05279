import { runFolder } from '../../core/artifacts/key.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Question } from '../../core/contracts/questions.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { sampleQuestions as sample, sampleAsMarkdown } from '../../core/questions/sample-questions.ts';
import { readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

/** Writes a sample of the questions into the run's folder, each under its passage. */
export async function sampleQuestions(
  { store }: StepContext,
  {
    workflowId,
    chunks,
    questions,
    count,
  }: { workflowId: string; chunks: ArtifactRef; questions: ArtifactRef; count: number },
): Promise<StepResult<{ sampleUri: string }>> {
  const started = performance.now();
  const all = await readJsonLines(store, questions, Question);
  const page = sampleAsMarkdown(sample(all, await readJsonLines(store, chunks, Chunk), count), all.length);
  const key = `${runFolder(workflowId)}/questions.md`;
  await store.materialise(await store.putObject(new TextEncoder().encode(page)), key);
  const sampleUri = `${store.uri}/${key}`;
  return {
    output: { sampleUri },
    // The sample is written each time, and a stage without other work still counts as reused.
    reused: true,
    seconds: (performance.now() - started) / 1000,
    summary: sampleUri,
  };
}
