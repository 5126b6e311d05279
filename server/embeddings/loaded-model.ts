import type { KeyObject } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { EmbedOptions } from '../../core/contracts/model.ts';
import type { NamedRelease } from '../../core/contracts/release.ts';
import type { EncoderOptions } from '../../core/encoder/encoder.ts';
import { openEncoderProcess } from '../../core/encoder/process/encoder-process.ts';
import { verifyRelease } from '../../core/release/signature/signed-release.ts';
import { Batcher, type Embedded } from './batcher.ts';

/** A version of a published name, in memory. */
export interface LoadedModel {
  readonly version: number;
  readonly dimension: number;
  embed(texts: readonly string[], as: EmbedOptions['as']): Promise<Embedded>;
  /** Answers the requests that it has taken, and frees its memory. */
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly store: ArtifactStore;
  /** Folder that models are copied to. */
  readonly folder: string;
  readonly encoder: EncoderOptions;
  /** Texts that may wait. */
  readonly maxWaiting: number;
  /** One of them has to have signed the model; default: it need not be signed. */
  readonly trustedKeys?: readonly KeyObject[] | undefined;
}

/** @throws Fault `lost` if a file of the model is missing or corrupt; `refused` if it is not signed as it has to be. */
export async function loadModel(release: NamedRelease, options: LoadOptions): Promise<LoadedModel> {
  if (options.trustedKeys) await verifyRelease(options.store, release, options.trustedKeys);
  const folder = await copyModel(release, options);
  const encoder = await openEncoderProcess(folder, options.encoder);
  const batcher = new Batcher(encoder, options.maxWaiting);
  return {
    version: release.version,
    dimension: encoder.dimension,
    embed: (texts, as) => batcher.embed(texts, as),
    async close() {
      await batcher.idle();
      await encoder.close();
    },
  };
}

/** Copies what embedding needs into a folder of the model's hash, which is there only as a whole. */
async function copyModel({ model }: NamedRelease, { store, folder }: LoadOptions): Promise<string> {
  const target = join(folder, model.sha256);
  const partial = `${target}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  for (const { path, ref } of model.files) {
    // The ONNX file is for other programs.
    if (path.startsWith('onnx/')) continue;
    await mkdir(dirname(join(partial, path)), { recursive: true });
    await store.fetchObject(ref, join(partial, path));
  }
  await rm(target, { recursive: true, force: true });
  await rename(partial, target);
  return target;
}
