import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../contracts/fault.ts';

export interface Download {
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Path of the file. It appears there only when it is complete and its hash has been verified. */
  file: string;
  /** Expected size. */
  bytes?: number | undefined;
  /** Expected hash of the content: SHA-256, or SHA-1 as git hashes a blob. */
  digest?: { algorithm: 'sha256' | 'git-sha1'; hex: string } | undefined;
  /** Consecutive attempts without a single byte after which the download fails. Default 4. */
  attempts?: number;
  /** Pause before the next attempt, doubled after each attempt without a byte. Default 500. */
  pauseInMs?: number;
  /** A connection without a byte for this long is treated as broken. Default 30,000. */
  stallInMs?: number;
  signal?: AbortSignal | undefined;
  /** What to do if it fails, beside trying again; as a sentence. */
  advice?: string | undefined;
  /** Is called with the number of bytes on disk, including those of earlier attempts. */
  onBytes?(bytes: number): void;
}

/**
 * Downloads a file. After a broken connection or an ended process, it resumes where the previous attempt stopped (RFC
 * 9110, range requests).
 * @throws Fault `unavailable` if the file cannot be downloaded completely; the signal's reason if it is aborted.
 */
export async function download(request: Download): Promise<void> {
  await mkdir(dirname(request.file), { recursive: true });
  const part = await claimPart(request.file);
  try {
    await fetchWhole(request, part);
  } catch (error) {
    // Releases the part, so that the next download, in this process or another, can resume from it.
    await rename(part, `${request.file}.part`).catch(() => {});
    throw error;
  }
}

async function fetchWhole(request: Download, part: string): Promise<void> {
  let [failedInARow, corrupt, why] = [0, 0, ''];
  while (failedInARow < (request.attempts ?? 4) && corrupt < 2) {
    const before = await sizeOf(part);
    try {
      if (request.bytes === undefined || before < request.bytes || before === 0) await fetchRest(request, part, before);
      if (await isIntact(request, part)) return await rename(part, request.file);
      corrupt += 1;
      why = 'its content does not match what the hub announced';
      await rm(part, { force: true });
      continue;
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof Fault) throw error;
      why = reasonOf(error);
    }
    failedInARow = (await sizeOf(part)) > before ? 0 : failedInARow + 1;
    await sleep((request.pauseInMs ?? 500) * 2 ** failedInARow, undefined, { signal: request.signal });
  }
  throw new Fault(
    'unavailable',
    `${basename(request.file)} could not be downloaded from ${new URL(request.url).host}: ${why}.`,
    ['Run the command again: the bytes downloaded so far are kept, and the download resumes from them.', request.advice]
      .filter((sentence) => sentence !== undefined)
      .join(' '),
  );
}

async function fetchRest(request: Download, part: string, from: number): Promise<void> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([stalled.signal, ...(request.signal ? [request.signal] : [])]);
  const { stallInMs = 30_000 } = request;
  const startTimer = () => setTimeout(() => stalled.abort(new Error(`no byte in ${stallInMs / 1000} s`)), stallInMs);
  let timer = startTimer();
  const response = await fetch(request.url, {
    // A compressed response would have another length than the file.
    headers: { ...request.headers, 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
    signal,
  }).finally(() => clearTimeout(timer));
  if (response.status === 416) await rm(part, { force: true });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const resumed = response.status === 206;
  const file = await open(part, resumed ? 'a' : 'w');
  let size = resumed ? from : 0;
  timer = startTimer();
  try {
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = startTimer();
      await file.write(chunk);
      size += chunk.length;
      request.onBytes?.(size);
    }
    await file.sync();
  } finally {
    clearTimeout(timer);
    await file.close();
  }
  if (request.bytes !== undefined && size < request.bytes) throw new Error('the connection was closed too early');
}

async function isIntact({ bytes, digest }: Download, part: string): Promise<boolean> {
  const size = await sizeOf(part);
  if (bytes !== undefined && size !== bytes) return false;
  if (digest === undefined) return true;
  const hash = createHash(digest.algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (digest.algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(part)) hash.update(chunk);
  return hash.digest('hex') === digest.hex;
}

let parts = 0;

/**
 * Path of a partial file that only this call writes to, because two writers must not share one. An abandoned part, of a
 * process that has ended, is taken over.
 */
async function claimPart(file: string): Promise<string> {
  parts += 1;
  const claimed = `${file}.${process.pid}-${parts}.part`;
  for (const name of await readdir(dirname(file))) {
    const suffix = name.startsWith(`${basename(file)}.`) ? name.slice(basename(file).length) : '';
    const [isPart, , pid] = /^(\.(\d+)-\d+)?\.part$/.exec(suffix) ?? [];
    if (isPart === undefined || (pid !== undefined && isAlive(Number(pid)))) continue;
    try {
      await rename(join(dirname(file), name), claimed);
      return claimed;
    } catch {
      // Another process has claimed it first.
    }
  }
  return claimed;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The cause of a failed request, as a short text. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
