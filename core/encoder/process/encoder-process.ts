import type { TextEncoder } from '../../contracts/model.ts';
import type { EncoderOptions } from '../encoder.ts';
import { startChild } from './child.ts';
import type { EncoderReply, EncoderRequest } from './encoder-child.ts';
import { fromWire } from './wire-error.ts';

interface Job {
  readonly rows: Float32Array[];
  readonly onProgress: ((done: number) => void) | undefined;
  resolve(rows: Float32Array[]): void;
  reject(error: unknown): void;
}

/**
 * `openEncoder` in a child process, which ends with this one: embedding blocks its thread and takes memory.
 * @param options.signal On abort the child is ended and what is under way rejects with the signal's reason.
 * @throws Fault `input` if the folder is not a sound model; `exhausted` if the child is killed or crashes.
 */
export async function openEncoderProcess(
  folder: string,
  { signal, ...options }: EncoderOptions & { readonly signal?: AbortSignal } = {},
): Promise<TextEncoder & { close(): Promise<void> }> {
  signal?.throwIfAborted();
  const child = startChild<EncoderRequest, EncoderReply>(
    new URL('./encoder-child', import.meta.url),
    'The embedding process',
  );
  const opened = Promise.withResolvers<number>();
  const jobs = new Map<number, Job>();
  let dimension = 0;
  let nextId = 0;
  let over: unknown;

  child.onReply((message) => {
    if (message.type === 'opened') return opened.resolve(message.dimension);
    const job = jobs.get(message.id ?? -1);
    if (message.type === 'progress') job?.onProgress?.(message.done);
    else if (message.type === 'rows')
      for (let at = 0; at < message.rows.length; at += dimension)
        job?.rows.push(message.rows.slice(at, at + dimension));
    else {
      if (message.type === 'embedded') job?.resolve(job.rows);
      else (job ?? opened).reject(fromWire(message.error));
      jobs.delete(message.id ?? -1);
    }
  });
  const abort = () => child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  const ended = child.ended.then((fault) => {
    signal?.removeEventListener('abort', abort);
    over ??= signal?.aborted ? signal.reason : fault;
    for (const { reject } of [opened, ...jobs.values()]) reject(over);
    jobs.clear();
  });
  const close = async () => {
    over ??= new Error(`the encoder of ${folder} has been closed`);
    child.kill();
    await ended;
  };

  child.send({ type: 'open', folder, options });
  try {
    dimension = await opened.promise;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    dimension,
    close,
    embed(texts, { as, onProgress } = {}) {
      if (over !== undefined) return Promise.reject(over);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        jobs.set(id, { rows: [], onProgress, resolve, reject });
        child.send({ type: 'embed', id, texts, ...(as && { as }) });
      });
    },
  };
}
