import type { KeyObject } from 'node:crypto';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import type { TunedModel } from '../../contracts/model.ts';
import type { NamedRelease } from '../../contracts/release.ts';
import { releaseFolder } from '../release-folder.ts';
import { compareFiles, signModel, verifySignature } from './model-signature.ts';
import { SIGNATURE_FILE, type SignedFile, UNSIGNED } from './statement.ts';

/**
 * Signs a model in its release folder, beside its files. A signature of these files by this key stays, so that a step
 * that is repeated changes nothing.
 * @param name the name that it is published under, which is signed too.
 */
export async function signRelease(
  store: ArtifactStore,
  name: string,
  model: TunedModel,
  key: KeyObject,
): Promise<void> {
  const at = `${releaseFolder(name, model)}/${SIGNATURE_FILE}`;
  const files = filesOf(model);
  const present = await store.get(at);
  if (present && isSignatureOf(present, { name, files }, key)) return;
  const signature = new TextEncoder().encode(signModel({ name, files }, key));
  await store.materialise(await store.putObject(signature), at);
}

function isSignatureOf(bytes: Uint8Array, { name, files }: { name: string; files: SignedFile[] }, key: KeyObject) {
  try {
    const signed = verifySignature(new TextDecoder().decode(bytes), [key], name);
    compareFiles(signed.files, files, name);
    return signed.name === name;
  } catch {
    return false;
  }
}

/**
 * Checks that one of the keys has signed exactly the model that the registry names, under this name.
 * @throws Fault `refused` if not.
 */
export async function verifyRelease(
  store: ArtifactStore,
  { name, version, model }: Pick<NamedRelease, 'name' | 'version' | 'model'>,
  keys: readonly KeyObject[],
): Promise<void> {
  const subject = `${name} v${version}`;
  const bytes = await store.get(`${releaseFolder(name, model)}/${SIGNATURE_FILE}`);
  if (!bytes) throw notSigned(subject);
  const signed = verifySignature(new TextDecoder().decode(bytes), keys, subject);
  if (signed.name !== name) throw otherName(subject, signed.name);
  compareFiles(signed.files, filesOf(model), subject);
}

export function notSigned(subject: string): Fault {
  return new Fault(
    'refused',
    `${subject} is not signed.`,
    'Publish it again by a worker that has signingKey in worker.yaml, or do not use it.',
  );
}

export function otherName(subject: string, name: string): Fault {
  return new Fault(
    'refused',
    `The signature of ${subject} is that of a model which was published as ${name}.`,
    'Do not use the model until it is known who changed it.',
  );
}

function filesOf({ files }: TunedModel): SignedFile[] {
  return files.filter(({ path }) => !UNSIGNED.includes(path)).map(({ path, ref }) => ({ path, sha256: ref.sha256 }));
}
