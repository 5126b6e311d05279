import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { System } from '../../core/contracts/evaluation.ts';
import type { BaseModel, TunedModel } from '../../core/contracts/model.ts';
import type { PreparedDataset } from '../../core/contracts/prepared-dataset.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { DatasetEvaluation } from '../../core/contracts/run-result.ts';
import { cpu } from '../activity-proxies.ts';
import type { RunProgress } from './run-progress.ts';

/**
 * The evaluation on the validation set, then those on the datasets of `alsoOn`, and these datasets in the same order.
 */
interface Evaluations {
  evaluations: [DatasetEvaluation, ...DatasetEvaluation[]];
  evaluatedOn: ArtifactRef[];
}

interface EvaluatedDataset {
  name: string;
  dataset: ArtifactRef;
  /** As in the activity `evaluate`. */
  chunks?: ArtifactRef | undefined;
  /** Systems beside base and tuned model. */
  others: System[];
}

/**
 * Evaluates base and tuned model: on the validation set, together with BM25 and hosted models if asked for, and then on
 * every dataset of `alsoOn`.
 */
export function evaluateModels(
  run: RunProgress,
  input: RunInput,
  base: BaseModel,
  tuned: TunedModel,
  { dataset: { validation }, chunks, split }: PreparedDataset,
): Promise<Evaluations> {
  const { bm25, compareWith, profile, alsoOn } = input.evaluation;
  const { maxLength, prompts } = input.training;
  const others: System[] = [
    ...(bm25 ? [{ kind: 'bm25' as const }] : []),
    ...compareWith.map((model) => ({ kind: 'hosted' as const, model, profile })),
  ];
  return run.stage('evaluate', async (runStep) => {
    const evaluateOn = async (
      { name, dataset, chunks, others }: EvaluatedDataset,
      summarises?: 'summarises',
    ): Promise<DatasetEvaluation> => {
      const evaluate = (system: System) => runStep(() => cpu.evaluate({ system, dataset, maxLength, chunks }));
      // One after the other: each evaluation uses all cores of a machine.
      const evaluations: DatasetEvaluation['others'] = [];
      for (const system of others) evaluations.push(await evaluate(system));
      const before = await evaluate({ kind: 'base', model: base, ...(prompts && { prompts }) });
      const after = await evaluate({ kind: 'tuned', model: tuned });
      const on = summarises ? undefined : name;
      const gain = await runStep(
        () => cpu.compare({ dataset, base: before.rankings, tuned: after.rankings, chunks, on }),
        summarises,
      );
      return { dataset: name, base: before, tuned: after, others: evaluations, gain };
    };
    const validating = { name: 'validation', dataset: validation, chunks: documentsBy(chunks, split), others };
    const result: Evaluations = {
      evaluations: [await evaluateOn(validating, 'summarises')],
      evaluatedOn: [validation],
    };
    for (const location of alsoOn) {
      const { dataset } = await runStep(() => cpu.importDataset({ location }));
      result.evaluatedOn.push(dataset);
      result.evaluations.push(await evaluateOn({ name: location, dataset, others: [] }));
    }
    return result;
  });
}

/**
 * The chunks by whose documents intervals go. Undefined if the dataset was imported, or all chunks are of one document:
 * then questions count as dependent if they are about the same passage.
 */
export function documentsBy(
  chunks: PreparedDataset['chunks'],
  split: PreparedDataset['split'],
): ArtifactRef | undefined {
  return split?.by === 'documents' ? chunks?.chunks : undefined;
}
