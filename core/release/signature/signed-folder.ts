import type { KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../contracts/fault.ts';
import { hashFile } from '../../primitives/hash.ts';
import { compareFiles, verifySignature } from './model-signature.ts';
import { notSigned } from './signed-release.ts';
import { type ModelStatement, SIGNATURE_FILE, type SignedFile, UNSIGNED } from './statement.ts';

/**
 * Checks that one of the keys has signed the files of a folder, and that there are no others.
 * @param subject the model, for messages: `handbook v3`, or the folder.
 * @returns what was signed.
 * @throws Fault `refused` if not; `input` if the folder cannot be read.
 */
export async function verifyFolder(
  folder: string,
  keys: readonly KeyObject[],
  subject: string,
): Promise<ModelStatement> {
  await readdir(folder).catch((cause: Error) => {
    throw new Fault('input', `${folder} cannot be read: ${cause.message}.`, 'Give the folder of a model.', { cause });
  });
  const signature = await readFile(join(folder, SIGNATURE_FILE), 'utf8').catch(() => undefined);
  if (signature === undefined) throw notSigned(subject);
  const signed = verifySignature(signature, keys, subject);
  // Other tools sign model cards too.
  const isSigned = new Set(signed.files.map(({ path }) => path));
  const skipped = UNSIGNED.filter((path) => !isSigned.has(path));
  compareFiles(signed.files, await filesBelow(folder, skipped), subject);
  return signed;
}

/** All files but those to be skipped. A link counts as a file of its own: it may lead to another file each time. */
async function filesBelow(folder: string, skipped: readonly string[], path = ''): Promise<SignedFile[]> {
  const files: SignedFile[] = [];
  for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    if (skipped.includes(below)) continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(folder, skipped, below)));
    else if (entry.isFile()) files.push({ path: below, sha256: await hashFile(join(folder, below)) });
    else files.push({ path: below, sha256: 'not a file' });
  }
  return files;
}
