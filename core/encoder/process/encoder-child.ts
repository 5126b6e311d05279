import type { EmbedOptions, TextEncoder } from '../../contracts/model.ts';
import { type EncoderOptions, openEncoder } from '../encoder.ts';
import { reply, serve } from './child-side.ts';
import { toWire, type WireError } from './wire-error.ts';

/*
 * The process that embeds; see encoder-process.ts for its parent.
 */
export type EncoderRequest =
  | { readonly type: 'open'; readonly folder: string; readonly options: EncoderOptions }
  | {
      readonly type: 'embed';
      readonly id: number;
      readonly texts: readonly string[];
      readonly as?: EmbedOptions['as'];
    };
export type EncoderReply =
  | { readonly type: 'opened'; readonly dimension: number }
  | { readonly type: 'progress'; readonly id: number; readonly done: number }
  | { readonly type: 'rows'; readonly id: number; readonly first: number; readonly rows: Float32Array }
  | { readonly type: 'embedded'; readonly id: number }
  /** `id` is missing where opening failed. */
  | { readonly type: 'failed'; readonly id?: number; readonly error: WireError };

/** Rows a message: few enough that no message is large. */
const ROWS = 1024;
let encoder: Promise<TextEncoder>;
let busy: Promise<void> = Promise.resolve();

async function embed({ id, texts, as }: Extract<EncoderRequest, { type: 'embed' }>): Promise<void> {
  const open = await encoder;
  const rows = await open.embed(texts, {
    ...(as && { as }),
    onProgress: (done) => void send({ type: 'progress', id, done }),
  });
  for (let first = 0; first < rows.length; first += ROWS) {
    const some = rows.slice(first, first + ROWS);
    const packed = new Float32Array(some.length * open.dimension);
    for (const [i, row] of some.entries()) packed.set(row, i * open.dimension);
    await send({ type: 'rows', id, first, rows: packed });
  }
  await send({ type: 'embedded', id });
}

function send(message: EncoderReply): Promise<void> {
  return reply(message);
}

serve<EncoderRequest>((request) => {
  if (request.type === 'open') {
    encoder = openEncoder(request.folder, request.options);
    encoder.then(
      ({ dimension }) => send({ type: 'opened', dimension }),
      (error) => send({ type: 'failed', error: toWire(error) }),
    );
    return;
  }
  const { id } = request;
  busy = busy.then(() => embed(request)).catch((error) => send({ type: 'failed', id, error: toWire(error) }));
});
