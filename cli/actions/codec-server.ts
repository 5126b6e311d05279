import { configuredKeys } from '../../core/codec/configured-keys.ts';
import { PayloadCodec } from '../../core/codec/payload-codec.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { startCodecServer } from '../../workers/codec-server.ts';
import { EXIT } from '../output/failure.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';

export interface CodecServerOptions {
  listen: string;
  /** Origins of web UIs. */
  origin: string[];
}

/** `hone codec-server`: decrypts payloads for Temporal's web UI and CLI until the process is asked to stop. */
export async function codecServer({ listen, origin }: CodecServerOptions, { err }: Io): Promise<number> {
  const keys = configuredKeys();
  if (keys.length === 0)
    throw new Fault('config', 'There is no codec key.', 'Set HONE_CODEC_KEYS_FILE to those of the workers.');
  const interrupt = interruptible();
  try {
    const token = process.env.HONE_CODEC_TOKEN || undefined;
    const server = await startCodecServer({ codec: new PayloadCodec({ keys }), listen, origins: origin, token });
    err.line(`Codec server on ${server.url}, keys ${keys.map(({ id }) => id).join(', ')}`);
    await new Promise<void>((resolve) => {
      if (interrupt.signal.aborted) resolve();
      interrupt.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
    return EXIT.done;
  } finally {
    interrupt.dispose();
  }
}
