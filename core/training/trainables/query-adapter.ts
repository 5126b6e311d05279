import { Tensor } from 'onnxruntime-node';
import { concat, Graph, linear, mul } from '../../autodiff/index.ts';
import { openEncoder } from '../../encoder/encoder.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import { saveModel } from '../../encoder/files/save-model.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import { openDevice } from '../devices/open-device.ts';
import { type LossOptions, rankingLoss } from '../loss/ranking-loss.ts';
import { allocateParameters } from '../optimizer/parameters.ts';
import { gradientsOf, type TrainingProgram } from '../session/training-graph.ts';
import type { TrainJob } from '../train-job.ts';
import { promptsFor, type Trainable } from './trainable.ts';

const MATRIX = 'queryAdapter';

/**
 * A linear map of the query embeddings, which starts as the identity; the model stays as it is. Each text is embedded
 * once, so that a step is a few small matrix products. core/encoder/files/query-adapter.ts says how the map is saved.
 * @param batches All that the session will be given.
 */
export async function trainableQueryAdapter(
  { modelFolder, outputFolder, options, device = 'cpu', threads }: TrainJob,
  model: ModelFolder,
  loss: LossOptions,
  batches: readonly RankingBatch[],
): Promise<Trainable> {
  const prompts = promptsFor(model, options);
  const encoder = await openEncoder(modelFolder, {
    prompts,
    ...(options.maxLength && { maxLength: options.maxLength }),
    ...(threads && { threads }),
  });
  const width = encoder.dimension;
  const embed = async (as: 'query' | 'passage', texts: Iterable<string>) => {
    const distinct = [...new Set(texts)];
    const embeddings = await encoder.embed(distinct, { as });
    return new Map(distinct.map((text, i) => [text, embeddings[i] as Float32Array]));
  };
  const allQueries = batches.flatMap(({ queries }) => queries);
  const queryEmbeddings = await embed('query', allQueries);
  const allDocuments = batches.flatMap(({ documents }) => documents);
  const documentEmbeddings = await embed('passage', allDocuments);

  const parameters = allocateParameters(new Map([[MATRIX, [width, width]]]));
  for (const { weights } of parameters) for (let i = 0; i < width; i++) weights[i * (width + 1)] = 1;
  return {
    parameters,
    async openSession() {
      const opened = await openDevice(device, adapterProgram(width, loss), parameters, { threads });
      return {
        gradients: (batch, _, share = 1) =>
          opened.gradients({
            ...rankingFeeds(batch),
            queryEmbeddings: stack(batch.queries, queryEmbeddings, width),
            documentEmbeddings: stack(batch.documents, documentEmbeddings, width),
            share: new Tensor('float32', [share], []),
          }),
        update: (step) => opened.update(step),
        read: () => opened.read(),
        close: () => opened.close(),
      };
    },
    save: ([matrix]) =>
      saveModel(modelFolder, outputFolder, {
        ...(options.prompts && { prompts }),
        maxLength: options.maxLength,
        ...(matrix && { queryAdapter: matrix.weights }),
      }),
  };
}

/** The ranking loss of the mapped query embeddings and the document embeddings. */
function adapterProgram(width: number, options: LossOptions): TrainingProgram {
  const graph = new Graph();
  const matrix = graph.input(MATRIX, 'float32', [width, width]);
  const queries = linear(graph.input('queryEmbeddings', 'float32', ['queries', width]), matrix);
  const documents = graph.input('documentEmbeddings', 'float32', ['documents', width]);
  const embeddings = normalise(concat([queries, documents], 0, 'texts'));
  const loss = mul(rankingLoss(embeddings, options), graph.input('share', 'float32', []));
  return { loss, gradients: gradientsOf(loss, new Map([[MATRIX, matrix]])), dropout: [] };
}

/** The embeddings of the texts, [texts, width]. */
function stack(texts: readonly string[], embeddings: ReadonlyMap<string, Float32Array>, width: number): Tensor {
  const values = new Float32Array(texts.length * width);
  for (const [i, text] of texts.entries()) values.set(embeddings.get(text) as Float32Array, i * width);
  return new Tensor('float32', values, [texts.length, width]);
}
