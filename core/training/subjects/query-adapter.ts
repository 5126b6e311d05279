import { Tensor } from 'onnxruntime-node';
import { backward, concat, Graph, linear, mul } from '../../autodiff/index.ts';
import { Fault } from '../../contracts/fault.ts';
import { openEncoder } from '../../encoder/encoder.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import { saveModel } from '../../encoder/files/save-model.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import { OPEN_DEVICE } from '../devices/open-device.ts';
import { type LossOptions, rankingLoss } from '../loss/ranking-loss.ts';
import { allocateParameters } from '../optimizer/parameters.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { TrainJob } from '../train-job.ts';
import type { TrainingSubject } from './whole-model.ts';

const MATRIX = 'queryAdapter';

/**
 * A linear map of the queries' rows, from the identity on, while the model stays as it is (query-adapter.ts says how it is saved). Every text is
 * embedded once; a step is then a few small matrix products.
 * @throws Fault `input` if the model has such a map already.
 */
export async function adapterSubject(
  { modelFolder, outputFolder, options, device = 'cpu', threads }: TrainJob,
  model: ModelFolder,
  loss: LossOptions,
  batches: readonly RankingBatch[],
): Promise<TrainingSubject> {
  if (model.queryAdapter)
    throw new Fault(
      'input',
      `The model in ${modelFolder} has a query adapter already.`,
      'Train the model that it was made for.',
    );
  const { maxLength, prompts } = options;
  const encoder = await openEncoder(modelFolder, {
    ...(maxLength && { maxLength }),
    ...(prompts && { prompts }),
    ...(threads && { threads }),
  });
  const width = encoder.dimension;
  const embed = async (as: 'query' | 'passage', texts: Iterable<string>) => {
    const distinct = [...new Set(texts)];
    const rows = await encoder.embed(distinct, { as });
    return new Map(distinct.map((text, i) => [text, rows[i] as Float32Array]));
  };
  const queries = await embed(
    'query',
    batches.flatMap((batch) => batch.queries),
  );
  const documents = await embed(
    'passage',
    batches.flatMap((batch) => batch.documents),
  );

  const trained = allocateParameters(new Map([[MATRIX, [width, width]]]));
  for (let i = 0; i < width; i++) (trained[0]?.weights as Float32Array)[i * (width + 1)] = 1;
  return {
    trained,
    async open() {
      const opened = await OPEN_DEVICE[device](adapterProgram(width, loss), trained, { ...(threads && { threads }) });
      return {
        gradients: (batch, _, share = 1) =>
          opened.gradients({
            ...rankingFeeds(batch),
            queryRows: stacked(batch.queries, queries, width),
            documentRows: stacked(batch.documents, documents, width),
            share: new Tensor('float32', [share], []),
          }),
        update: (step) => opened.update(step),
        read: () => opened.read(),
        close: () => opened.close(),
      };
    },
    save: ([matrix]) =>
      saveModel(modelFolder, outputFolder, {
        ...(prompts && { prompts: { ...model.prompts, ...prompts } }),
        ...(matrix && { queryAdapter: matrix.weights }),
      }),
  };
}

/** The ranking loss of mapped queries and the documents as they are. */
function adapterProgram(width: number, options: LossOptions): TrainingProgram {
  const graph = new Graph();
  const matrix = graph.input(MATRIX, 'float32', [width, width]);
  const queries = linear(graph.input('queryRows', 'float32', ['queries', width]), matrix);
  const rows = concat([queries, graph.input('documentRows', 'float32', ['documents', width])], 0, 'texts');
  const loss = mul(rankingLoss(normalise(rows), options), graph.input('share', 'float32', []));
  const [gradient] = backward(loss, [matrix]);
  return { loss, gradients: new Map([[MATRIX, gradient]]), dropout: [] };
}

function stacked(texts: readonly string[], rows: ReadonlyMap<string, Float32Array>, width: number): Tensor {
  const values = new Float32Array(texts.length * width);
  for (const [i, text] of texts.entries()) values.set(rows.get(text) as Float32Array, i * width);
  return new Tensor('float32', values, [texts.length, width]);
}
