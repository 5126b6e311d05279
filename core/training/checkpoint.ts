import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LossPoint } from '../contracts/training.ts';
import type { Best } from './development.ts';
import type { ParameterState } from './devices/device.ts';
import { decodeFloats, encodeFloats } from './folder/floats.ts';
import { SafetensorsFile, writeSafetensors } from './folder/safetensors.ts';

const MANIFEST = 'manifest.json';
const TENSORS = ['weights', 'first', 'second'] as const;

const Manifest = z.object({
  /** Hash of everything the training is a function of; a checkpoint of anything else is not this one's. */
  key: z.string(),
  /** Steps done. */
  step: z.number().int().nonnegative(),
  /** Wall-clock seconds that the steps took, over all attempts. */
  seconds: z.number(),
  losses: z.array(LossPoint),
  /** The best step so far, where questions are held out. */
  best: z.object({ step: z.number().int(), loss: z.number() }).optional(),
  file: z.string(),
  sha256: z.string(),
});
export type CheckpointState = Omit<z.infer<typeof Manifest>, 'file' | 'sha256' | 'best'> & { readonly best?: Best };

/**
 * Writes weights, moments and progress so that a resumed training goes on to the bit. The manifest comes last and by rename: until
 * then the checkpoint before is the one that exists.
 */
export async function writeCheckpoint(
  folder: string,
  state: CheckpointState,
  parameters: readonly ParameterState[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = `state-${state.step}.safetensors`;
  const { best, ...progress } = state;
  const tensors = parameters.flatMap((parameter) => {
    const { name, shape } = parameter;
    const tensor = (part: string, values: Float32Array) => ({
      name: `${part}/${name}`,
      dtype: 'F32',
      shape,
      bytes: () => encodeFloats(values, 'F32'),
    });
    const kept = best?.weights.get(name);
    return [...TENSORS.map((part) => tensor(part, parameter[part])), ...(kept ? [tensor('best', kept)] : [])];
  });
  const sha256 = await writeSafetensors(join(folder, file), tensors);
  const draft = await open(join(folder, `${MANIFEST}.new`), 'w');
  try {
    await draft.writeFile(
      JSON.stringify({ ...progress, ...(best && { best: { step: best.step, loss: best.loss } }), file, sha256 }),
    );
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(join(folder, `${MANIFEST}.new`), join(folder, MANIFEST));
  for (const name of await readdir(folder))
    if (/^state-\d+\.safetensors$/.test(name) && name !== file) await rm(join(folder, name));
}

/**
 * Fills `parameters` from the checkpoint in `folder`, if there is a whole one of the training that `key` names.
 * @returns Where that training stood, or undefined (and `parameters` untouched).
 */
export async function readCheckpoint(
  folder: string,
  key: string,
  parameters: readonly ParameterState[],
): Promise<CheckpointState | undefined> {
  const manifest = await readManifest(folder);
  if (manifest?.key !== key) return undefined;
  const path = join(folder, manifest.file);
  if ((await fileHash(path).catch(() => undefined)) !== manifest.sha256) return undefined;
  const file = await SafetensorsFile.open(path);
  const read = async (name: string) => decodeFloats((await file.read(name)) as Buffer<ArrayBuffer>, 'F32');
  try {
    for (const parameter of parameters)
      for (const part of TENSORS) parameter[part].set(await read(`${part}/${parameter.name}`));
    const { best, ...progress } = manifest;
    if (!best) return progress;
    const weights = new Map<string, Float32Array>();
    for (const { name } of parameters) weights.set(name, await read(`best/${name}`));
    return { ...progress, best: { ...best, weights } };
  } finally {
    await file.close();
  }
}

async function readManifest(folder: string): Promise<z.infer<typeof Manifest> | undefined> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Lower-case hex SHA-256 of a file's bytes. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
