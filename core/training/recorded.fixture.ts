import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decodeFloats } from '../encoder/files/floats.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { SafetensorsFile } from '../encoder/files/safetensors.ts';
import { ModelWeights } from '../encoder/files/weights.ts';
import { allocateParameters, type Parameter } from './optimizer/parameters.ts';
import { openTrainingSession, type SessionOptions, type TrainingSession } from './session/training-session.ts';

/** Tensors recorded from PyTorch, by name. */
export async function readRecorded(path: string): Promise<Map<string, Float32Array>> {
  const file = await SafetensorsFile.open(path);
  const tensors = new Map<string, Float32Array>();
  for (const { name } of file.tensors.values())
    tensors.set(name, decodeFloats((await file.read(name)) as Buffer<ArrayBuffer>, 'F32'));
  await file.close();
  return tensors;
}

/**
 * A training session of a model with all its parameters and the full token embeddings; by default one thread and no
 * dropout.
 */
export async function openWholeModel(
  model: ModelFolder,
  options: Omit<SessionOptions, 'plan' | 'seed'> & { readonly plan?: SessionOptions['plan'] },
): Promise<{ parameters: Parameter[]; session: TrainingSession }> {
  const weights = await ModelWeights.open(model.weightsFile, model.encoder);
  const parameters = allocateParameters(model.encoder.parameters);
  for (const { name, weights: values } of parameters) values.set(await weights.read(name));
  await weights.close();
  return {
    parameters,
    session: await openTrainingSession(model, parameters, { threads: 1, dropout: 0, plan: [], seed: 1, ...options }),
  };
}

/** Copies a model folder, with a first weight so large that its loss is not finite. */
export async function copyDivergingModel(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true });
  const file = join(target, 'model.safetensors');
  const bytes = await readFile(file);
  const header = 8 + Number(bytes.readBigUInt64LE());
  bytes.writeFloatLE(3e38, header);
  await writeFile(file, bytes);
}

/** The largest difference, as a share of the largest expected number. */
export function distance(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return actual.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] as number))), 0) / scale;
}
