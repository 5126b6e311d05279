import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';
import type { Architecture, Encoder } from './architecture.ts';
import { bert } from './bert.ts';
import { distilBert } from './distilbert.ts';
import { modernBert } from './modernbert.ts';
import { mpnet } from './mpnet.ts';
import { qwen3 } from './qwen3.ts';
import { xlmRoberta } from './xlm-roberta.ts';

export { adapterNames, type Encoder, type ForwardPass, type Projection, type Shape } from './architecture.ts';
export {
  embeddingDimension,
  project,
  projectEmbedding,
  readProjection,
  withoutProjections,
  withProjections,
} from './projection.ts';

const ARCHITECTURES: readonly Architecture[] = [bert, xlmRoberta, mpnet, distilBert, modernBert, qwen3];

/** More layers than any model has. The parameter names of a billion layers would fill the memory. */
const MAX_LAYERS = 1000;

/**
 * Makes an encoder from a parsed `config.json`.
 * @param file Path of the configuration, for messages.
 * @throws Fault `input` naming the architecture or option that is not supported, and what is.
 */
export function readEncoder(config: unknown, file: string, architectures = ARCHITECTURES): Encoder {
  const fields = z.record(z.string(), z.unknown()).safeParse(config).data ?? {};
  const { model_type: type, quantization_config: quantised, num_hidden_layers: layers, n_layers = layers } = fields;
  if (quantised)
    throw new Fault(
      'input',
      `${file} says that the weights are quantised, which cannot be trained.`,
      'Use the model in float32, float16 or bfloat16.',
    );
  if (typeof n_layers === 'number' && n_layers > MAX_LAYERS)
    throw new Fault(
      'input',
      `${file} describes a model of ${n_layers} layers; at most ${MAX_LAYERS} are supported.`,
      'Download or save the model again.',
    );
  const architecture = architectures.find(({ types }) => types.some((supported) => supported === type));
  if (architecture) return architecture.read(config, file);
  throw new Fault(
    'input',
    `${file} describes the architecture ${JSON.stringify(type ?? null)}, which cannot be trained.`,
    `Use a model whose model_type is one of ${architectures.flatMap(({ types }) => types).join(', ')}.`,
  );
}
