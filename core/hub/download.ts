import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../contracts/fault.ts';

export interface Download {
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Where the file is to lie; it appears there only whole and checked. */
  file: string;
  bytes?: number | undefined;
  /** What the content must hash to: SHA-256, or SHA-1 as git hashes a blob. */
  digest?: { algorithm: 'sha256' | 'git-sha1'; hex: string } | undefined;
  /** Attempts in a row that bring not one byte before it gives up. Default 4. */
  attempts?: number;
  /** First pause between such attempts, doubled each time. Default 500. */
  pauseInMs?: number;
  signal?: AbortSignal | undefined;
  /** Told the bytes on disk, those of an earlier attempt included. */
  onBytes?(bytes: number): void;
}

/** No byte for so long counts as a cut connection. */
const STALL_MS = 30_000;

/**
 * Fetches a file and goes on where a cut connection, or a process that died, left off (RFC 9110, range requests).
 * @throws Fault `unavailable` if it cannot be had whole; `AbortError` if the signal says so.
 */
export async function download(what: Download): Promise<void> {
  await mkdir(dirname(what.file), { recursive: true });
  const part = await ownPart(what.file);
  try {
    await fetchWhole(what, part);
  } catch (error) {
    // Nobody's now: the next attempt, here or in another process, goes on with it.
    await rename(part, `${what.file}.part`).catch(() => {});
    throw error;
  }
}

async function fetchWhole(what: Download, part: string): Promise<void> {
  let [fruitless, damaged, why] = [0, 0, ''];
  while (fruitless < (what.attempts ?? 4) && damaged < 2) {
    const before = await sizeOf(part);
    try {
      if (what.bytes === undefined || before < what.bytes || before === 0) await fetchRest(what, part, before);
      if (await isIntact(what, part)) return await rename(part, what.file);
      damaged += 1;
      why = 'its content is not what the hub announced';
      await rm(part, { force: true });
      continue;
    } catch (error) {
      what.signal?.throwIfAborted();
      if (error instanceof Fault) throw error;
      why = reasonOf(error);
    }
    fruitless = (await sizeOf(part)) > before ? 0 : fruitless + 1;
    await sleep((what.pauseInMs ?? 500) * 2 ** fruitless, undefined, { signal: what.signal });
  }
  throw new Fault(
    'unavailable',
    `${basename(what.file)} could not be downloaded from ${new URL(what.url).host}: ${why}.`,
    'Run it again: what has arrived is kept, and the download goes on from there.',
  );
}

async function fetchRest(what: Download, part: string, from: number): Promise<void> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([stalled.signal, ...(what.signal ? [what.signal] : [])]);
  let timer = setTimeout(() => stalled.abort(new Error('no byte in 30 s')), STALL_MS);
  const response = await fetch(what.url, {
    // The length of a compressed answer would not be the file's.
    headers: { ...what.headers, 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
    signal,
  }).finally(() => clearTimeout(timer));
  if (response.status === 416) await rm(part, { force: true });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const resumed = response.status === 206;
  const file = await open(part, resumed ? 'a' : 'w');
  let size = resumed ? from : 0;
  try {
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(new Error('no byte in 30 s')), STALL_MS);
      await file.write(chunk);
      size += chunk.length;
      what.onBytes?.(size);
    }
    await file.sync();
  } finally {
    clearTimeout(timer);
    await file.close();
  }
  if (what.bytes !== undefined && size < what.bytes) throw new Error('the connection was cut');
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

let started = 0;

/** A part of our own to write, begun by a process that is gone where there is one: two writers never share a part. */
async function ownPart(file: string): Promise<string> {
  started += 1;
  const own = `${file}.${process.pid}-${started}.part`;
  for (const name of await readdir(dirname(file))) {
    const rest = name.startsWith(`${basename(file)}.`) ? name.slice(basename(file).length) : '';
    const [abandoned, , pid] = /^(\.(\d+)-\d+)?\.part$/.exec(rest) ?? [];
    if (abandoned === undefined || (pid !== undefined && isAlive(Number(pid)))) continue;
    try {
      await rename(join(dirname(file), name), own);
      return own;
    } catch {
      // Another process has just taken it over.
    }
  }
  return own;
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

export function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
