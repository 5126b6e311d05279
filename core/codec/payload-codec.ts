import { randomBytes } from 'node:crypto';
import { Fault } from '../contracts/fault.ts';
import type { Unreadable } from '../contracts/unreadable.ts';
import { seal, unseal } from './aes-gcm.ts';
import type { MasterKey } from './master-key.ts';
import { bytesOfPayload, type Payload, payloadOfBytes } from './payload-bytes.ts';

/** Metadata of an encrypted payload. Temporal's UI shows `encoding`. */
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const DATA_KEY = 'encryption-data-key';

/** Far below the 2^32 random nonces that NIST SP 800-38D allows for one key. */
const PAYLOADS_PER_DATA_KEY = 2 ** 20;
/** Data keys kept unwrapped: one of each process that wrote lately. */
const MOST_DATA_KEYS = 1_000;

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());

export interface CodecOptions {
  /** The first one encrypts, all decrypt. With none, payloads are written plain, and encrypted ones are refused. */
  keys: readonly MasterKey[];
  /**
   * What becomes of a payload that cannot be decrypted: an error, for clients, or an `Unreadable` in its place, for
   * workers. Default: `throw`.
   */
  unreadable?: 'throw' | 'replace';
}

/** Encrypts payloads with AES-256-GCM, each process with data keys of its own, which its master key wraps. */
export class PayloadCodec {
  readonly #keys: readonly MasterKey[];
  readonly #replace: boolean;
  /** Wrapped data key in base64 -> the data key. */
  readonly #unwrapped = new Map<string, Uint8Array>();
  #current: Promise<{ key: Uint8Array; wrapped: Uint8Array }> | undefined;
  #left = 0;

  constructor({ keys, unreadable = 'throw' }: CodecOptions) {
    this.#keys = keys;
    this.#replace = unreadable === 'replace';
  }

  /** Payloads that are encrypted already stay as they are. */
  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#encrypt(payload)));
  }

  /**
   * Plain payloads, from before the codec was switched on, stay as they are.
   * @throws Fault `config` naming the key that is missing; `lost` if a payload was changed. See `unreadable`.
   */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(
      payloads.map((payload) =>
        this.#decrypt(payload).catch((error: unknown) => {
          if (this.#replace && error instanceof Fault) return standIn(error);
          throw error;
        }),
      ),
    );
  }

  async #encrypt(payload: Payload): Promise<Payload> {
    const [master] = this.#keys;
    if (master === undefined || isEncrypted(payload)) return payload;
    const { key, wrapped } = await this.#dataKey(master);
    return {
      metadata: { encoding: utf8(ENCODING), [KEY_ID]: utf8(master.id), [DATA_KEY]: wrapped },
      data: seal(key, bytesOfPayload(payload)),
    };
  }

  async #decrypt(payload: Payload): Promise<Payload> {
    if (!isEncrypted(payload)) return payload;
    const id = textOf(payload.metadata?.[KEY_ID]);
    const master = this.#keys.find((key) => key.id === id);
    if (master === undefined) throw missingKey(id, this.#keys);
    const key = await this.#unwrap(master, payload.metadata?.[DATA_KEY] ?? new Uint8Array());
    if (key === undefined) throw otherKey(id);
    const bytes = unseal(key, payload.data ?? new Uint8Array());
    if (bytes === undefined) throw changed(id);
    return payloadOfBytes(bytes);
  }

  #dataKey(master: MasterKey): Promise<{ key: Uint8Array; wrapped: Uint8Array }> {
    if (this.#current === undefined || this.#left-- <= 0) {
      const key = randomBytes(32);
      const made = master.wrap(key).then((wrapped) => ({ key, wrapped }));
      this.#left = PAYLOADS_PER_DATA_KEY;
      this.#current = made;
      // A key service that does not answer is asked again for the next payload.
      made.catch(() => {
        if (this.#current === made) this.#current = undefined;
      });
    }
    return this.#current;
  }

  async #unwrap(master: MasterKey, wrapped: Uint8Array): Promise<Uint8Array | undefined> {
    const name = `${master.id}:${Buffer.from(wrapped).toString('base64')}`;
    const known = this.#unwrapped.get(name);
    if (known) return known;
    const key = await master.unwrap(wrapped);
    if (key?.length !== 32) return undefined;
    const [oldest] = this.#unwrapped.keys();
    if (oldest !== undefined && this.#unwrapped.size >= MOST_DATA_KEYS) this.#unwrapped.delete(oldest);
    this.#unwrapped.set(name, key);
    return key;
  }
}

export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.encoding) === ENCODING;
}

/** What stands in the place of a payload that cannot be read. */
export function standIn({ message, advice }: Fault): Payload {
  const value: Unreadable = { honeUnreadable: { message, advice } };
  return { metadata: { encoding: utf8('json/plain') }, data: utf8(JSON.stringify(value)) };
}

/** Metadata comes from whoever wrote the payload: what a message shows of it is short and plain. */
export function shown(metadata: string): string {
  return metadata.replace(/[^\w./+-]/g, '?').slice(0, 64) || '(none)';
}

function missingKey(id: string, keys: readonly MasterKey[]): Fault {
  const have = keys.map((key) => key.id).join(', ') || 'none';
  return new Fault(
    'config',
    `Data in Temporal is encrypted with the key ${shown(id)}, which is not here (here: ${have}).`,
    `Add the key ${shown(id)} to HONE_CODEC_KEYS or its file, on every client and worker, and start again.`,
  );
}

function otherKey(id: string): Fault {
  return new Fault(
    'config',
    `Data in Temporal is encrypted with another key than the one that is called ${shown(id)} here.`,
    `Give the key ${shown(id)} the same value on every client and worker: \`hone doctor\` shows their fingerprints.`,
  );
}

function changed(id: string): Fault {
  return new Fault(
    'lost',
    `Data in Temporal that was encrypted with the key ${shown(id)} was changed or cut off.`,
    'Start the run again: its finished work is reused. Find out who may write to the Temporal namespace.',
  );
}
