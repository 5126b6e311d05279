import { type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';
import { hashFor, keyHint } from './keys.ts';
import { type ModelStatement, parseStatement, type SignedFile, statementJson } from './statement.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A sigstore bundle with a DSSE envelope, as far as it is read. */
const Bundle = z.looseObject({
  verificationMaterial: z.looseObject({ publicKey: z.looseObject({ hint: z.string().optional() }) }),
  dsseEnvelope: z.looseObject({
    payload: z.base64(),
    payloadType: z.literal(PAYLOAD_TYPE),
    signatures: z.tuple([z.looseObject({ sig: z.base64() })]),
  }),
});

/** A signature of a model in the format of OpenSSF Model Signing, as JSON. It differs each time, as ECDSA is random. */
export function signModel(model: ModelStatement, key: KeyObject): string {
  const payload = Buffer.from(statementJson(model));
  const sig = sign(hashFor(key), signedBytes(payload), key).toString('base64');
  return JSON.stringify({
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: keyHint(key) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig, keyid: '' }],
    },
  });
}

/**
 * Reads a signature that one of the keys has made.
 * @param subject what the signature belongs to, for messages: `handbook v3`.
 * @throws Fault `refused` if it is no signature, or by another key.
 */
export function verifySignature(bundle: string, keys: readonly KeyObject[], subject: string): ModelStatement {
  const refused = (reason: string, cause?: unknown) =>
    new Fault(
      'refused',
      `The signature of ${subject} ${reason}.`,
      'Do not use the model until it is known who changed it.',
      {
        cause,
      },
    );
  let envelope: z.infer<typeof Bundle>['dsseEnvelope'];
  let hint: string | undefined;
  try {
    ({
      dsseEnvelope: envelope,
      verificationMaterial: {
        publicKey: { hint },
      },
    } = Bundle.parse(JSON.parse(bundle)));
  } catch (error) {
    throw refused('is not one that OpenSSF Model Signing makes with a key', error);
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  const sig = Buffer.from(envelope.signatures[0].sig, 'base64');
  // Invariant: nothing of the payload is read before its signature has been verified.
  if (!keys.some((key) => verify(hashFor(key), signedBytes(payload), key, sig))) {
    const isNamed = keys.some((key) => keyHint(key) === hint);
    throw refused(isNamed ? 'is not that of its content' : 'was made with a key that is not trusted');
  }
  try {
    return parseStatement(payload.toString('utf8'));
  } catch (error) {
    throw refused('is about something else than the files of a model', error);
  }
}

/**
 * Compares the files of a model with those that were signed.
 * @throws Fault `refused` naming the files that were changed, are missing or were added.
 */
export function compareFiles(signed: readonly SignedFile[], found: readonly SignedFile[], subject: string): void {
  const before = new Map(signed.map(({ path, sha256 }) => [path, sha256]));
  const now = new Map(found.map(({ path, sha256 }) => [path, sha256]));
  const details = [
    ...[...now].flatMap(([path, sha256]) =>
      before.has(path) && before.get(path) !== sha256 ? [`changed: ${path}`] : [],
    ),
    ...[...before.keys()].filter((path) => !now.has(path)).map((path) => `missing: ${path}`),
    ...[...now.keys()].filter((path) => !before.has(path)).map((path) => `not signed: ${path}`),
  ];
  if (details.length === 0) return;
  throw new Fault(
    'refused',
    `The files of ${subject} are not those that were signed.`,
    'Do not use the model until it is known who changed it.',
    { details },
  );
}

/** The bytes that a DSSE signature is of (https://github.com/secure-systems-lab/dsse, version 1.0.2). */
function signedBytes(payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
