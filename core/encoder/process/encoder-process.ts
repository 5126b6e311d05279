import type { EmbedOptions } from '../../contracts/model.ts';
import { deviceEnvironment } from '../../devices/cuda-libraries.ts';
import type { EncoderOptions, ModelEncoder } from '../encoder.ts';
import { startChild } from './child.ts';
import type { EncoderReply, EncoderRequest } from './encoder-child.ts';
import { fromWire } from './wire-error.ts';

interface Job {
  readonly embeddings: Float32Array[];
  readonly onProgress: EmbedOptions['onProgress'];
  readonly onTokens: EmbedOptions['onTokens'];
  resolve(embeddings: Float32Array[]): void;
  reject(error: unknown): void;
}

/**
 * Opens a model like `openEncoder`, but in a child process, which ends with this one: embedding blocks its thread and
 * takes memory.
 * @param options.signal On abort the child process is killed, and pending calls reject with the signal's reason.
 * @throws Fault `input` if the folder is not a valid model that Hone supports; `exhausted` if the child process is
 *   killed or crashes.
 */
export async function openEncoderProcess(
  folder: string,
  { signal, ...options }: EncoderOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<ModelEncoder & { close(): Promise<void> }> {
  signal?.throwIfAborted();
  const opened = Promise.withResolvers<number>();
  const jobs = new Map<number, Job>();
  let dimension = 0;
  const child = startChild<EncoderRequest, EncoderReply>(
    new URL('./encoder-child', import.meta.url),
    'The embedding process',
    { env: await deviceEnvironment(options.device), isWorking: () => dimension === 0 || jobs.size > 0 },
  );
  let nextId = 0;
  /** Why no further calls are possible. */
  let closedBy: unknown;

  child.onReply((message) => {
    if (message.type === 'opened') return opened.resolve(message.dimension);
    const { id = -1 } = message;
    const job = jobs.get(id);
    if (message.type === 'progress') job?.onProgress?.(message.done);
    else if (message.type === 'embeddings') {
      const { values } = message;
      for (let start = 0; start < values.length; start += dimension)
        job?.embeddings.push(values.slice(start, start + dimension));
    } else {
      if (message.type === 'embedded') {
        job?.onTokens?.(message.tokens);
        job?.resolve(job.embeddings);
      } else (job ?? opened).reject(fromWire(message.error));
      jobs.delete(id);
    }
  });
  const abort = () => child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  const ended = child.ended.then((fault) => {
    signal?.removeEventListener('abort', abort);
    closedBy ??= signal?.aborted ? signal.reason : fault;
    for (const { reject } of [opened, ...jobs.values()]) reject(closedBy);
    jobs.clear();
  });
  const close = async () => {
    closedBy ??= new Error(`the encoder of ${folder} has been closed`);
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
    embed(texts, { onProgress, onTokens, ...options } = {}) {
      if (closedBy !== undefined) return Promise.reject(closedBy);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        jobs.set(id, { embeddings: [], onProgress, onTokens, resolve, reject });
        child.send({ type: 'embed', id, texts, options });
      });
    },
  };
}
