import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LossPoint } from '../../contracts/training.ts';
import { decodeFloats, encodeFloats } from '../../encoder/files/floats.ts';
import { SafetensorsFile, type TensorToWrite, writeSafetensors } from '../../encoder/files/safetensors.ts';
import { hashFile } from '../../primitives/hash.ts';
import type { ParameterState } from '../devices/device.ts';
import type { Best } from '../loss/early-stopping.ts';

/** The arrays of a parameter that a checkpoint holds. */
const ARRAYS = ['weights', 'first', 'second'] as const;
/** Checkpoints kept in a folder, and in the store: one more than needed, in case the newest is damaged. */
export const KEPT = 2;

const Part = z.object({ file: z.string(), sha256: z.string() });
const Manifest = z.object({
  /** Hash of everything that the training is a function of; only the same training may resume from the checkpoint. */
  key: z.string(),
  /** Steps done. */
  step: z.number().int().nonnegative(),
  /** Wall-clock seconds that the steps took, over all attempts. */
  seconds: z.number(),
  losses: z.array(LossPoint),
  /** Weights and moments. */
  state: Part,
  /** The best step so far, with early stopping; a file of its own, as many checkpoints share it. */
  best: Part.extend({ step: z.number().int(), loss: z.number() }).optional(),
});
type Manifest = z.infer<typeof Manifest>;
export type CheckpointState = Omit<Manifest, 'state' | 'best'> & { readonly best?: Best | undefined };

/** A complete checkpoint in a folder. */
export interface CheckpointFiles {
  readonly step: number;
  /** Names, the manifest last. */
  readonly files: readonly string[];
}

/**
 * Writes weights, moments and progress, from which a resumed training continues to the bit. Keeps the newest two
 * checkpoints. Invariants:
 * - The manifest is written last, by rename, so that a checkpoint is complete or does not exist.
 * - The key is part of every file. In a store, which has equal bytes once, no two trainings then share an object that
 *   one of them deletes.
 */
export async function writeCheckpoint(
  folder: string,
  state: CheckpointState,
  parameters: readonly ParameterState[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const earlier = await manifests(folder);
  const { best, ...progress } = state;
  const manifest: Manifest = {
    ...progress,
    state: await writePart(folder, `state-${state.step}.safetensors`, state.key, stateTensors(parameters)),
    ...(best && { best: await writeBest(folder, state.key, best, parameters, earlier) }),
  };
  const file = manifestName(state.step);
  await writeFile(join(folder, `${file}.new`), JSON.stringify(manifest));
  await rename(join(folder, `${file}.new`), join(folder, file));
  await prune(folder, new Set([manifest, ...earlier].slice(0, KEPT).flatMap(filesOf)));
}

/**
 * Fills `parameters` from the newest intact checkpoint in the folder, if there is one.
 * @param key Checkpoints with another key are ignored.
 * @returns The state of the training, or undefined, and then `parameters` are unchanged.
 */
export async function readCheckpoint(
  folder: string,
  key: string,
  parameters: readonly ParameterState[],
): Promise<CheckpointState | undefined> {
  for (const manifest of await manifests(folder)) {
    const parts = [manifest.state, ...(manifest.best ? [manifest.best] : [])];
    if (manifest.key !== key || !(await areIntact(folder, parts))) continue;
    const { state, best, ...progress } = manifest;
    await readTensors(join(folder, state.file), async (read) => {
      for (const parameter of parameters)
        for (const array of ARRAYS) parameter[array].set(await read(`${array}/${parameter.name}`));
    });
    if (!best) return progress;
    const weights = new Map<string, Float32Array>();
    await readTensors(join(folder, best.file), async (read) => {
      for (const { name } of parameters) weights.set(name, await read(name));
    });
    return { ...progress, best: { step: best.step, loss: best.loss, weights } };
  }
  return undefined;
}

/** Removes all checkpoints from a folder, so that an unusable one is not taken for the newest. */
export async function discardCheckpoints(folder: string): Promise<void> {
  await prune(folder, new Set());
}

/** The checkpoint in a folder with the highest step. */
export async function newestCheckpoint(folder: string): Promise<CheckpointFiles | undefined> {
  const [newest] = await manifests(folder);
  return newest && { step: newest.step, files: filesOf(newest) };
}

async function prune(folder: string, kept: ReadonlySet<string>): Promise<void> {
  const ofCheckpoints = /^(?:(?:state|best)-\d+\.safetensors|checkpoint-\d+\.json(?:\.new)?)$/;
  for (const name of await readdir(folder).catch(() => []))
    if (ofCheckpoints.test(name) && !kept.has(name)) await rm(join(folder, name), { force: true });
}

function manifestName(step: number): string {
  return `checkpoint-${step}.json`;
}

function filesOf({ step, state, best }: Manifest): string[] {
  return [state.file, ...(best ? [best.file] : []), manifestName(step)];
}

/** The readable manifests in a folder, by falling step. */
async function manifests(folder: string): Promise<Manifest[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^checkpoint-\d+\.json$/.test(name));
  const read = await Promise.all(
    names.map((name) =>
      readFile(join(folder, name), 'utf8').then(
        (text) => Manifest.parse(JSON.parse(text)),
        () => undefined,
      ),
    ),
  );
  return read.filter((manifest) => manifest !== undefined).sort((a, b) => b.step - a.step);
}

function stateTensors(parameters: readonly ParameterState[]): TensorToWrite[] {
  return parameters.flatMap((parameter) =>
    ARRAYS.map((array) => floats(`${array}/${parameter.name}`, parameter.shape, parameter[array])),
  );
}

async function writeBest(
  folder: string,
  key: string,
  { step, loss, weights }: Best,
  parameters: readonly ParameterState[],
  earlier: readonly Manifest[],
): Promise<Manifest['best']> {
  const written = earlier.find(({ best }) => best?.step === step)?.best;
  if (written) return written;
  const tensors = parameters.map(({ name, shape }) => floats(name, shape, weights.get(name) as Float32Array));
  return { step, loss, ...(await writePart(folder, `best-${step}.safetensors`, key, tensors)) };
}

async function writePart(folder: string, file: string, key: string, tensors: readonly TensorToWrite[]) {
  return { file, sha256: await writeSafetensors(join(folder, file), tensors, { key }) };
}

function floats(name: string, shape: readonly number[], values: Float32Array): TensorToWrite {
  return { name, dtype: 'F32', shape, bytes: () => encodeFloats(values, 'F32') };
}

async function areIntact(folder: string, parts: readonly z.infer<typeof Part>[]): Promise<boolean> {
  for (const { file, sha256 } of parts)
    if ((await hashFile(join(folder, file)).catch(() => undefined)) !== sha256) return false;
  return true;
}

async function readTensors(
  path: string,
  use: (read: (name: string) => Promise<Float32Array>) => Promise<void>,
): Promise<void> {
  const file = await SafetensorsFile.open(path);
  try {
    await use(async (name) => decodeFloats((await file.read(name)) as Buffer<ArrayBuffer>, 'F32'));
  } finally {
    await file.close();
  }
}
