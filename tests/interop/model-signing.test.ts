import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readTrustedKey } from '../../core/release/signature/keys.ts';
import { signModel } from '../../core/release/signature/model-signature.ts';
import { verifyFolder } from '../../core/release/signature/signed-folder.ts';
import { TINY_BERT } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { SIGNING_VENV } from './peers.ts';

const harness = useHarness();
const run = promisify(execFile);
const modelSigning = (...args: string[]) => run(`${SIGNING_VENV}/bin/model_signing`, args);

/** A folder with a model, and a pair of keys beside it. */
async function model(namedCurve: string) {
  const folder = await harness.folder();
  const [secret, known] = [join(folder, 'release.key'), join(folder, 'release.pub')];
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  await writeFile(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(known, publicKey.export({ type: 'spki', format: 'pem' }));
  const path = join(folder, 'model');
  await cp(TINY_BERT, path, { recursive: true });
  return { path, secret, known, privateKey, signature: join(path, 'model.sig') };
}

it.each(['P-256', 'P-384', 'P-521'])('verifies a signature that model_signing has made, on %s', async (curve) => {
  const { path, secret, known, signature } = await model(curve);
  await modelSigning('sign', 'key', '--private_key', secret, '--signature', signature, path);
  const signed = await verifyFolder(path, [await readTrustedKey(known)], 'the model');
  expect(signed.files.length).toBeGreaterThan(3);
  await writeFile(join(path, 'config.json'), '{}');
  await expect(verifyFolder(path, [await readTrustedKey(known)], 'the model')).rejects.toMatchObject({
    details: ['changed: config.json'],
  });
});

it.each(['P-256', 'P-384', 'P-521'])('makes a signature that model_signing verifies, on %s', async (curve) => {
  const { path, secret, known, privateKey, signature } = await model(curve);
  // Its own list of the files, so that nothing is left out.
  await modelSigning('sign', 'key', '--private_key', secret, '--signature', signature, path);
  const { files } = await verifyFolder(path, [await readTrustedKey(known)], 'the model');
  await writeFile(signature, signModel({ name: 'handbook', files }, privateKey));
  const verify = () => modelSigning('verify', 'key', '--signature', signature, '--public_key', known, path);
  expect((await verify()).stdout).toContain('Verification succeeded');
  await writeFile(join(path, 'README.md'), 'A card may change.');
  await verify();
  await writeFile(join(path, 'extra.bin'), '');
  await expect(verify()).rejects.toThrow();
});
