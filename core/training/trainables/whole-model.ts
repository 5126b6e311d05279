import { checkedLength } from '../../encoder/encoder.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import { saveModel } from '../../encoder/files/save-model.ts';
import { loadTokenizer } from '../../encoder/tokenizer/tokenizer.ts';
import type { RankingBatch } from '../data/ranking-batch.ts';
import { tokeniseBatches } from '../data/tokenise-batches.ts';
import type { LossOptions } from '../loss/ranking-loss.ts';
import { readTrained, tunedWeights } from '../optimizer/trained-parameters.ts';
import { openTrainingSession } from '../session/training-session.ts';
import type { TrainJob } from '../train-job.ts';
import { promptsFor, type Trainable } from './trainable.ts';

/**
 * The model's own parameters, or low-rank adapters of them.
 * @param batches All that the session will be given.
 * @throws Fault `input` if `maxLength`, `freeze` or `lora` do not fit the model.
 */
export async function trainableModel(
  { modelFolder, outputFolder, options, device, memory, threads }: TrainJob,
  model: ModelFolder,
  loss: LossOptions,
  batches: readonly RankingBatch[],
): Promise<Trainable> {
  const limit = checkedLength(options.maxLength, model, modelFolder);
  const tokenizer = await loadTokenizer(modelFolder, model.encoder.vocabulary, limit, model.lowerCase);
  const prompts = promptsFor(model, options);
  const { vocabulary, tokens } = tokeniseBatches(batches, (text) => tokenizer.encode(text), prompts);
  const { encoder, trained, frozen } = await readTrained(model, vocabulary, options);
  return {
    parameters: trained,
    async openSession() {
      const session = await openTrainingSession({ ...model, encoder }, [...trained, ...frozen], {
        loss,
        device,
        memory,
        threads,
        seed: options.seed,
        plan: batches.map((batch) => {
          const { queries, documents } = tokens(batch);
          return [...queries, ...documents].map(({ length }) => length);
        }),
        miniBatchSize: options.miniBatchSize,
        accumulates: options.accumulate > 1,
        keepsBest: options.earlyStopping !== undefined,
        savedBytes: [...model.encoder.parameters.values()].reduce((n, shape) => n + 4 * product(shape), 0),
        dropout: options.dropout === 'model' ? undefined : options.dropout,
      });
      return {
        ...session,
        gradients: (batch, step, share) => session.gradients(tokens(batch), step, share),
        heldOutLoss: (batches) => session.heldOutLoss(batches.map(tokens)),
      };
    },
    save: (parameters, losses) =>
      saveModel(modelFolder, outputFolder, {
        tuned: tunedWeights(model, parameters, vocabulary, losses, options),
        ...(options.prompts && { prompts }),
        maxLength: options.maxLength,
      }),
  };
}

function product(shape: readonly number[]): number {
  return shape.reduce((n, size) => n * size, 1);
}
