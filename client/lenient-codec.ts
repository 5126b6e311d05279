import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { shown, standIn } from '../core/codec/payload-codec.ts';
import { Fault } from '../core/contracts/fault.ts';

/**
 * For lists and descriptions, which Temporal's client otherwise refuses as a whole if one value of one run, schedule
 * or failure cannot be read: it is encrypted with a key that is not here, or another program wrote it. An `Unreadable`
 * stands in the place of each such value. Invariant: what was read with it is never written back.
 */
export class LenientCodec implements PayloadCodec {
  readonly #codec: PayloadCodec;

  constructor(codec: PayloadCodec) {
    this.#codec = codec;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return this.#codec.encode(payloads);
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#decode(payload)));
  }

  async #decode(payload: Payload): Promise<Payload> {
    let decoded: Payload | undefined;
    try {
      [decoded = payload] = await this.#codec.decode([payload]);
      defaultPayloadConverter.fromPayload(decoded);
      return decoded;
    } catch (error) {
      // A key service that does not answer says nothing about the value.
      if (decoded === undefined && !(error instanceof Fault)) throw error;
      return standIn(error instanceof Fault ? error : foreign(payload));
    }
  }
}

function foreign({ metadata }: Payload): Fault {
  const encoding = shown(Buffer.from(metadata?.encoding ?? []).toString());
  const advice = 'Read it with the program that wrote it.';
  return new Fault('config', `Data in Temporal is written by another program, as ${encoding}.`, advice);
}
