import { doStep } from '../../core/artifacts/step.ts';
import type { DatasetResult } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import { type RoundTripOptions, type RoundTripReport, RoundTripResult } from '../../core/contracts/round-trip.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { roundTrip } from '../../core/retrieval/round-trip.ts';
import { putDataset, readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { openBaseEncoder } from '../runtime/stored-encoder.ts';

type Input = {
  base: BaseModel;
  dataset: DatasetResult;
  options: RoundTripOptions;
  /** The length limit and prompts with which the base model embeds. */
  training: Pick<TrainingOptions, 'maxLength' | 'prompts'>;
};

/**
 * Counts the questions that retrieve their own chunk with the base model; with `filter`, leaves the other training
 * questions out. Stores the training dataset. Reused for the same model, datasets and options.
 * @throws Fault `quality` if no training question is left.
 */
export async function checkRoundTrip(
  context: StepContext,
  { base, dataset, options, training }: Input,
): Promise<StepResult<RoundTripResult>> {
  const { store } = context;
  const { maxLength, prompts } = training;
  const step = {
    name: 'round-trip',
    version: 1,
    inputs: { base: base.sha256, train: dataset.train.sha256, validation: dataset.validation.sha256 },
    options: { ...options, maxLength, prompts },
  };
  const outcome = await doStep(store, step, RoundTripResult, async () => {
    const datasets = {
      train: await readDataset(store, dataset.train),
      validation: await readDataset(store, dataset.validation),
    };
    const encoder = await openBaseEncoder(context, base, training);
    try {
      const { train, report } = await roundTrip(encoder, datasets, options, (done, total) =>
        context.progress({ done, total, unit: 'texts', note: 'round trip' }),
      );
      const trainQueries = Object.keys(train.queries).length;
      if (trainQueries === 0) throw nothingLeft(report);
      return { dataset: { ...dataset, train: await putDataset(store, train), trainQueries }, report };
    } finally {
      await encoder.close();
    }
  });
  return { ...outcome, summary: describe(outcome.output) };
}

function describe({ dataset, report }: RoundTripResult): string {
  const { topK, train, validation, leftOut } = report;
  const share = (100 * (train.passed + validation.passed)) / (train.questions + validation.questions);
  const omitted = leftOut > 0 ? `, ${leftOut} left out` : '';
  return `${counted(dataset.trainQueries, 'question')} for training, ${dataset.validationQueries} for validation; round trip ${share.toFixed(0)} % (top ${topK})${omitted}`;
}

function nothingLeft({ topK, train }: RoundTripReport): Fault {
  return new Fault(
    'quality',
    `None of the ${train.questions} training questions retrieves its chunk among the first ${topK} with the base model, so questions.roundTrip.filter would leave nothing to train on.`,
    'Raise questions.roundTrip.topK, set filter to false, or check the questions: their language may not fit the model.',
  );
}
