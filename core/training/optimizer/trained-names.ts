import { Fault } from '../../contracts/fault.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import { type Encoder, layerOf } from '../../encoder/architectures/architecture.ts';

/**
 * The parameters that are trained where some are frozen.
 * @throws Fault `input` if there are fewer layers than are to be frozen, or nothing is left to train.
 */
export function trainedNames(
  { parameters, layers }: Pick<Encoder, 'parameters' | 'layers'>,
  { embeddings = false, layers: frozen = 0 }: NonNullable<TrainingOptions['freeze']> = {},
): ReadonlySet<string> {
  const isTrained = (name: string) => !(embeddings && name.startsWith('embed')) && (layerOf(name) ?? frozen) >= frozen;
  const names = new Set([...parameters.keys()].filter(isTrained));
  if (frozen > layers || names.size === 0)
    throw new Fault(
      'input',
      `freeze.layers is ${frozen}, but the model has ${layers} layers${frozen > layers ? '' : ', and then nothing is left to train'}.`,
      `Freeze fewer than ${layers} layers.`,
    );
  return names;
}
