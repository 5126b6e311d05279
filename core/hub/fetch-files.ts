import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageProgress } from '../contracts/progress.ts';
import { type Download, download } from './download.ts';

/** A file of a repository, as its hub describes it. */
export interface HubFile {
  /** Relative and `/`-separated. */
  readonly path: string;
  readonly url: string;
  readonly bytes?: number | undefined;
  readonly digest?: Download['digest'];
}

export interface FetchOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** See `Download`. */
  readonly advice?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StageProgress) => void) | undefined;
  /** Retries of a download; see `Download`. */
  readonly retry?: Pick<Download, 'attempts' | 'pauseInMs' | 'stallInMs'> | undefined;
}

/** Downloads files into a folder, one after the other, except those that it has already. @throws Fault as `download` */
export async function fetchFiles(
  files: readonly HubFile[],
  folder: string,
  { headers, advice, signal, onProgress, retry }: FetchOptions,
): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const began = performance.now();
  let before = 0;
  let resumedAt: number | undefined;
  for (const { path, url, bytes, digest } of files) {
    const file = join(folder, path);
    const onBytes = (fetched: number) => {
      const done = before + fetched;
      // Bytes of an earlier attempt do not count towards the speed of this connection.
      resumedAt ??= done;
      onProgress?.(progress(done, total, done - resumedAt, (performance.now() - began) / 1000));
    };
    // A file under its final name is complete and verified; see `download`.
    if (!(await exists(file, bytes)))
      await download({ url, headers, file, bytes, digest, advice, signal, onBytes, ...retry });
    before += bytes ?? (await stat(file)).size;
  }
}

/** @param fetched Bytes of `done` that were downloaded within `seconds`. */
function progress(done: number, total: number, fetched: number, seconds: number): StageProgress {
  const rate = seconds > 0.5 && fetched > 0 ? fetched / seconds : undefined;
  return {
    done: Math.round(done / 1e5) / 10,
    total: Math.round(Math.max(done, total) / 1e5) / 10,
    unit: 'MB',
    ...(rate === undefined ? {} : { rate: rate / 1e6, etaSeconds: Math.max(0, total - done) / rate }),
  };
}

async function exists(file: string, bytes: number | undefined): Promise<boolean> {
  return stat(file).then(
    ({ size }) => bytes === undefined || size === bytes,
    () => false,
  );
}
