import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { DatasetResult } from '../../core/contracts/dataset.ts';
import type { System } from '../../core/contracts/evaluation.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { DatasetEvaluation } from '../../core/contracts/run-result.ts';
import type { TrainResult } from '../../core/contracts/training.ts';
import { cpu } from '../activity-proxies.ts';
import type { RunProgress } from './run-progress.ts';

/** Base and tuned on the validation set, beside BM25 and hosted models, then on every further data set. */
export async function evaluateModels(
  run: RunProgress,
  input: RunInput,
  base: BaseModel,
  training: TrainResult,
  data: DatasetResult,
) {
  const { bm25, compareWith, profile, alsoOn } = input.evaluation;
  const { maxLength, prompts } = input.training;
  const beside: System[] = [
    ...(bm25 ? [{ kind: 'bm25' as const }] : []),
    ...compareWith.map((model) => ({ kind: 'hosted' as const, model, profile })),
  ];
  return run.stage('evaluate', async (step) => {
    const on = async (name: string, dataset: ArtifactRef, others: System[]): Promise<DatasetEvaluation> => {
      const measure = (system: System) =>
        step(() => cpu.evaluate({ system, dataset, ...(maxLength === undefined ? {} : { maxLength }) }));
      // One after another: each uses every core of the machine.
      const judged: DatasetEvaluation['others'] = [];
      for (const system of others) judged.push(await measure(system));
      const before = await measure({ kind: 'base', model: base, ...(prompts && { prompts }) });
      const after = await measure({ kind: 'tuned', model: training.model });
      const gain = await step(() => cpu.compare({ dataset, base: before.rankings, tuned: after.rankings }));
      return { dataset: name, base: before, tuned: after, others: judged, gain };
    };
    const evaluatedOn = [data.validation];
    const evaluations = [await on('validation', data.validation, beside)];
    for (const location of alsoOn) {
      const { dataset } = await step(() => cpu.importDataset({ location }));
      evaluatedOn.push(dataset);
      evaluations.push(await on(location, dataset, []));
    }
    return { evaluations, evaluatedOn };
  });
}
