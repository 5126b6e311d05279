import type { LossPoint } from '../../contracts/training.ts';
import { checkedLength } from '../../encoder/encoder.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import { saveModel } from '../../encoder/files/save-model.ts';
import { loadTokenizer } from '../../encoder/tokenizer/tokenizer.ts';
import type { RankingBatch } from '../data/ranking-batch.ts';
import { tokeniseBatches } from '../data/training-texts.ts';
import type { ParameterState } from '../devices/device.ts';
import type { LossOptions } from '../loss/ranking-loss.ts';
import type { Parameter } from '../optimizer/parameters.ts';
import { readTrained, tunedWeights } from '../optimizer/trained-parameters.ts';
import { openTrainingSession, type TrainingSession } from '../session/training-session.ts';
import type { TrainJob } from '../train-job.ts';

/** What is trained: the model itself, or a map of its rows. */
export interface TrainingSubject {
  /** What a checkpoint holds; to be filled from one before `open`. */
  readonly trained: readonly Parameter[];
  open(): Promise<TrainingSession<string>>;
  /** @returns SHA-256 of the file of trained weights. */
  save(trained: readonly ParameterState[], losses: readonly LossPoint[]): Promise<string>;
}

/** The model's own parameters, or adapters beside them. */
export async function modelSubject(
  { modelFolder, outputFolder, options, device, memory, threads }: TrainJob,
  model: ModelFolder,
  loss: LossOptions,
  batches: readonly RankingBatch[],
): Promise<TrainingSubject> {
  const limit = checkedLength(options.maxLength, model, modelFolder);
  const tokenizer = await loadTokenizer(modelFolder, model.encoder.vocabulary, limit, model.lowerCase);
  const prompts = { ...model.prompts, ...options.prompts };
  const { vocabulary, tokens } = tokeniseBatches(batches, (text) => tokenizer.encode(text), prompts);
  const { encoder, trained, frozen } = await readTrained(model, vocabulary, options);
  return {
    trained,
    async open() {
      const session = await openTrainingSession({ ...model, encoder }, [...trained, ...frozen], {
        loss,
        seed: options.seed,
        plan: batches.map((batch) => {
          const { queries, documents } = tokens(batch);
          return [...queries, ...documents].map(({ length }) => length);
        }),
        ...(options.miniBatchSize && { miniBatchSize: options.miniBatchSize }),
        ...(options.dropout !== 'model' && { dropout: options.dropout }),
        ...(device && { device }),
        ...(memory && { memory }),
        ...(threads && { threads }),
      });
      return {
        ...session,
        gradients: (batch, step, share) => session.gradients(tokens(batch), step, share),
        loss: (batches) => session.loss(batches.map(tokens)),
      };
    },
    save: (states, losses) =>
      saveModel(modelFolder, outputFolder, {
        tuned: tunedWeights(model, states, vocabulary, losses, options),
        ...(options.prompts && { prompts }),
      }),
  };
}
