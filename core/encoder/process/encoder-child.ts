import { type EncodeOptions, type EncoderOptions, type ModelEncoder, openEncoder } from '../encoder.ts';
import { reply, serve } from './child-side.ts';
import { toWire, type WireError } from './wire-error.ts';

/*
 * The process that computes embeddings; encoder-process.ts is its parent.
 */

export type EncoderRequest =
  | { readonly type: 'open'; readonly folder: string; readonly options: EncoderOptions }
  | {
      readonly type: 'embed';
      readonly id: number;
      readonly texts: readonly string[];
      readonly options: Omit<EncodeOptions, 'onProgress' | 'onTokens'>;
    };
export type EncoderReply =
  | { readonly type: 'opened'; readonly dimension: number }
  | { readonly type: 'progress'; readonly id: number; readonly done: number }
  /** Embeddings of some of the texts, in order, one after another. */
  | { readonly type: 'embeddings'; readonly id: number; readonly values: Float32Array }
  | { readonly type: 'embedded'; readonly id: number; readonly tokens: Uint32Array }
  /** `id` is undefined if the model could not be opened. */
  | { readonly type: 'failed'; readonly id: number | undefined; readonly error: WireError };

/** Embeddings in one message, so that no message is large. */
const MESSAGE_EMBEDDINGS = 1024;
let encoder: Promise<ModelEncoder>;
let busy: Promise<void> = Promise.resolve();

async function embed({ id, texts, options }: Extract<EncoderRequest, { type: 'embed' }>): Promise<void> {
  const { dimension, ...model } = await encoder;
  let tokens = new Uint32Array();
  const embeddings = await model.embed(texts, {
    ...options,
    onProgress: (done) => void send({ type: 'progress', id, done }),
    onTokens: (counts) => {
      tokens = Uint32Array.from(counts);
    },
  });
  for (let first = 0; first < embeddings.length; first += MESSAGE_EMBEDDINGS) {
    const part = embeddings.slice(first, first + MESSAGE_EMBEDDINGS);
    const values = new Float32Array(part.length * dimension);
    for (const [i, embedding] of part.entries()) values.set(embedding, i * dimension);
    await send({ type: 'embeddings', id, values });
  }
  await send({ type: 'embedded', id, tokens });
}

function send(message: EncoderReply): Promise<void> {
  return reply(message);
}

serve<EncoderRequest>((request) => {
  if (request.type === 'open') {
    encoder = openEncoder(request.folder, request.options);
    encoder.then(
      ({ dimension }) => send({ type: 'opened', dimension }),
      (error) => send({ type: 'failed', id: undefined, error: toWire(error) }),
    );
    return;
  }
  const { id } = request;
  busy = busy.then(() => embed(request)).catch((error) => send({ type: 'failed', id, error: toWire(error) }));
});
