import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import { Fault } from '../../contracts/fault.ts';
import type { TunedModel } from '../../contracts/model.ts';
import { sha256 } from '../../primitives/hash.ts';
import { readSigningKey, readTrustedKey } from './keys.ts';
import { signModel, verifySignature } from './model-signature.ts';
import { verifyFolder } from './signed-folder.ts';
import { signRelease, verifyRelease } from './signed-release.ts';

const temporary = temporaryStore();
const pair = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const ours = pair();
const theirs = pair();

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights', '1_Pooling/config.json': '{"mean":true}' };
const signedFiles = Object.entries(FILES).map(([path, content]) => ({ path, sha256: sha256(content) }));

const faultOf = (work: () => unknown) =>
  Promise.resolve()
    .then(work)
    .then(
      () => expect.unreachable('it should be refused'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(Fault);
        return error as Fault;
      },
    );

describe('a folder', () => {
  /** A signed folder, with files that are not signed. */
  async function folderWith(changes: Record<string, string> = {}): Promise<string> {
    const signature = signModel({ name: 'handbook', files: signedFiles }, ours.privateKey);
    const card = { 'README.md': '# handbook', '.gitattributes': '*.safetensors filter=lfs', 'model.sig': signature };
    for (const [path, content] of Object.entries({ ...FILES, ...card, ...changes })) {
      const file = temporary.folder.join(`model/${path}`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return temporary.folder.join('model');
  }
  const verify = async (folder: string, keys = [ours.publicKey]) => verifyFolder(folder, keys, 'the folder');

  it('is what was signed, whatever became of its model card', async () => {
    const folder = await folderWith({ 'README.md': 'edited on the hub' });
    expect(await verify(folder, [theirs.publicKey, ours.publicKey])).toMatchObject({ name: 'handbook' });
  });

  it('is refused if its model card was changed, where another tool has signed that too', async () => {
    const card = { path: 'README.md', sha256: sha256('# handbook') };
    const signature = signModel({ name: 'handbook', files: [...signedFiles, card] }, ours.privateKey);
    expect(await verify(await folderWith({ 'model.sig': signature }))).toMatchObject({ name: 'handbook' });
    const { details } = await faultOf(async () =>
      verify(await folderWith({ 'model.sig': signature, 'README.md': 'edited' })),
    );
    expect(details).toEqual(['changed: README.md']);
  });

  it('is refused with each file that was changed, added or removed', async () => {
    const folder = await folderWith({ 'config.json': '{"architectures":["Evil"]}', 'modeling.py': 'import os' });
    await symlink('/etc/passwd', `${folder}/vocab.txt`);
    const { kind, details } = await faultOf(() => verify(folder));
    expect(kind).toBe('refused');
    expect(details).toEqual(['changed: config.json', 'not signed: modeling.py', 'not signed: vocab.txt']);
  });

  it('is refused if another key has signed it, or nobody', async () => {
    const folder = await folderWith();
    expect((await faultOf(() => verify(folder, [theirs.publicKey]))).message).toBe(
      'The signature of the folder was made with a key that is not trusted.',
    );
    const unsigned = temporary.folder.join('unsigned');
    await mkdir(unsigned);
    expect((await faultOf(() => verify(unsigned))).message).toBe('the folder is not signed.');
    expect((await faultOf(() => verify(temporary.folder.join('nowhere')))).kind).toBe('input');
  });

  it('is refused if the list of its files was changed after it was signed', async () => {
    const folder = await folderWith({ 'model.safetensors': 'others' });
    const bundle = JSON.parse(await readFile(`${folder}/model.sig`, 'utf8'));
    const { dsseEnvelope: envelope } = bundle;
    const statement = Buffer.from(envelope.payload, 'base64').toString('utf8');
    envelope.payload = Buffer.from(statement.replace(sha256('weights'), sha256('others'))).toString('base64');
    await writeFile(`${folder}/model.sig`, JSON.stringify(bundle));
    expect((await faultOf(() => verify(folder))).message).toBe(
      'The signature of the folder is not that of its content.',
    );
  });

  it.each(['', 'null', '{}', '[]', '{"dsseEnvelope":{"payload":"","signatures":[]}}', 'x'.repeat(100_000)])(
    'is refused if its signature is no signature: %.20s',
    async (signature) => {
      const folder = await folderWith({ 'model.sig': signature });
      expect(await faultOf(() => verify(folder))).toMatchObject({ kind: 'refused' });
    },
  );
});

it('refuses what was signed for something else by the same key', () => {
  // A signature of a container image, say: a true one, of another kind of statement.
  const payload = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'other' }));
  const head = `DSSEv1 28 application/vnd.in-toto+json ${payload.length} `;
  const sig = sign('sha256', Buffer.concat([Buffer.from(head), payload]), ours.privateKey).toString('base64');
  const bundle = JSON.parse(signModel({ name: 'handbook', files: signedFiles }, ours.privateKey));
  bundle.dsseEnvelope = { ...bundle.dsseEnvelope, payload: payload.toString('base64'), signatures: [{ sig }] };
  expect(() => verifySignature(JSON.stringify(bundle), [ours.publicKey], 'it')).toThrow(
    'The signature of it is about something else than the files of a model.',
  );
});

it.each(['P-256', 'P-384', 'P-521'])('signs with a key on %s', (curve) => {
  const { privateKey, publicKey } = pair(curve);
  const signed = verifySignature(signModel({ name: 'n', files: signedFiles }, privateKey), [publicKey], 'n');
  expect(new Set(signed.files)).toEqual(new Set(signedFiles));
});

describe('a release', () => {
  async function putModel(weights: string): Promise<TunedModel> {
    const ref = await temporary.store.putObject(Buffer.from(weights));
    return { files: [{ path: 'model.safetensors', ref }], sha256: ref.sha256 };
  }
  const check = (name: string, model: TunedModel, keys = [ours.publicKey]) =>
    verifyRelease(temporary.store, { name, version: 3, model }, keys);

  it('is verified by its name and its files, and keeps its signature when it is signed again', async () => {
    const model = await putModel('one');
    await signRelease(temporary.store, 'handbook', model, ours.privateKey);
    const at = `published/handbook/${model.sha256.slice(0, 16)}/model.sig`;
    const first = await temporary.store.get(at);
    await signRelease(temporary.store, 'handbook', model, ours.privateKey);
    expect(await temporary.store.get(at)).toEqual(first);
    await check('handbook', model);

    // A new key replaces it.
    await signRelease(temporary.store, 'handbook', model, theirs.privateKey);
    await check('handbook', model, [theirs.publicKey]);
    expect((await faultOf(() => check('handbook', model))).message).toMatch(/handbook v3 was made with a key/);
  });

  it('is refused under another name, with other files, and without a signature', async () => {
    const [one, two] = [await putModel('one'), await putModel('two')];
    await signRelease(temporary.store, 'handbook', one, ours.privateKey);
    const signature = await temporary.store.get(`published/handbook/${one.sha256.slice(0, 16)}/model.sig`);
    const copyTo = (folder: string) => temporary.store.putIfAbsent(`${folder}/model.sig`, signature as Uint8Array);
    await copyTo(`published/finance/${one.sha256.slice(0, 16)}`);
    expect((await faultOf(() => check('finance', one))).message).toMatch(/published as handbook/);
    await copyTo(`published/handbook/${two.sha256.slice(0, 16)}`);
    expect((await faultOf(() => check('handbook', two))).details).toEqual(['changed: model.safetensors']);
    expect((await faultOf(() => check('other', two))).message).toBe('other v3 is not signed.');
  });
});

it('explains which keys it takes', async () => {
  const write = async (name: string, pem: string | Buffer) => {
    await writeFile(temporary.folder.join(name), pem);
    return temporary.folder.join(name);
  };
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const secret = await write('release.key', ours.privateKey.export(pem));
  const known = await write('release.pub', ours.publicKey.export({ type: 'spki', format: 'pem' }));
  const rsa = await write('rsa.key', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem));
  expect((await readSigningKey(secret)).equals(ours.privateKey)).toBe(true);
  expect((await readTrustedKey(known)).equals(ours.publicKey)).toBe(true);
  for (const wrong of [rsa, known, await write('empty.key', ''), temporary.folder.join('none.key')])
    expect(await faultOf(() => readSigningKey(wrong))).toMatchObject({ kind: 'config', advice: /openssl ecparam/ });
  expect((await faultOf(() => readTrustedKey(secret))).message).toMatch(/it is a private key/);
  expect((await faultOf(() => readTrustedKey(rsa))).message).toMatch(/private key/);
});
