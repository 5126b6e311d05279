import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Fault } from '../../contracts/fault.ts';

/** Hash that a signature by a key on this curve is made of, by sigstore's registry of algorithms. */
const HASHES: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

const ADVICE =
  'Make a pair by: openssl ecparam -name prime256v1 -genkey -noout -out release.key; openssl ec -in release.key -pubout -out release.pub';

/** @throws Fault `config` if the file is no private key on P-256, P-384 or P-521 in PEM, without a passphrase. */
export function readSigningKey(path: string): Promise<KeyObject> {
  return readKey(path, 'private', createPrivateKey);
}

/** @throws Fault `config` if the file is no public key on P-256, P-384 or P-521 in PEM. */
export function readTrustedKey(path: string): Promise<KeyObject> {
  return readKey(path, 'public', (pem) => {
    // Node derives a public key from a private one, which should be where models are signed alone.
    if (/PRIVATE KEY/.test(pem)) throw new Error('it is a private key');
    return createPublicKey(pem);
  });
}

async function readKey(path: string, kind: string, parse: (pem: string) => KeyObject): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new Fault('config', `The ${kind} key ${path} cannot be read: ${cause.message}.`, ADVICE, { cause });
  });
  try {
    const key = parse(pem);
    hashFor(key);
    return key;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${path} is not a ${kind} key on the curve P-256, P-384 or P-521 in PEM: ${reason}.`;
    throw new Fault('config', message, ADVICE, { cause });
  }
}

/** @throws Error if signatures by keys of this kind are not in the specification. */
export function hashFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const hash = HASHES[asymmetricKeyDetails?.namedCurve ?? ''];
  if (asymmetricKeyType === 'ec' && hash !== undefined) return hash;
  throw new Error(`it is of the kind ${asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType}`);
}

/** SHA-256 of the PEM of the public half, by which a signature names its key. */
export function keyHint(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(half.export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}
