import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashOfKey } from '../../server/access/keys.ts';
import { createProject } from '../harness/project.ts';
import { pumpPages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';

const harness = useHarness();
const KEY = 'hone_embed';

it('serves only what a trusted key has signed, and says why it serves nothing newer', async () => {
  const { address } = await startTemporalServer(harness);
  const project = await createProject(harness, { TEMPORAL_ADDRESS: address });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = (key: typeof publicKey) => String(key.export({ type: 'spki', format: 'pem' }));
  await project.write({
    ...pumpPages(12),
    'keys/release.key': String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'keys/release.pub': pem(publicKey),
    'keys/other.pub': pem(other.publicKey),
    '.hone/worker.yaml': JSON.stringify({ signingKey: '../keys/release.key' }),
    '.hone/server.yaml': JSON.stringify({
      keys: [{ name: 'search', role: 'embed', sha256: hashOfKey(KEY) }],
      embeddings: { refreshSeconds: 0.2, trustedKeys: ['../keys/other.pub', '../keys/release.pub'] },
    }),
  });
  const publish = async (seed: number) => {
    const training = { recipe: 'llama-index', epochs: 1, seed };
    const request = { documents: ['docs'], model: TINY_BERT, questions: { from: 'headings' }, training };
    const publishing = { publish: { name: 'pumps', gate: 'none' } };
    await project.write({ 'run.json': JSON.stringify({ ...request, ...publishing }) });
    return project.hone(['run', '--config', 'run.json']);
  };
  const grant = ['--grant', project.folder, TINY_BERT];
  const signing = await project.startWorker({ args: grant });
  expect((await publish(1)).code).toBe(0);
  const verified = await project.hone(['model', 'verify', 'pumps', '--key', 'keys/release.pub']);
  expect(verified.stdout).toMatch(/^pumps v1 is signed as pumps, and its \d+ files are unchanged\.\n$/);
  expect((await project.hone(['model', 'verify', 'pumps', '--key', 'keys/other.pub'])).stderr).toContain(
    'The signature of pumps v1 was made with a key that is not trusted.',
  );

  const serving = project.start(['serve', '--listen', '0']);
  await serving.waitForLog(/Serving +http/);
  const [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(serving.log) ?? [];
  const embed = (model: string) =>
    fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: 'relief valve' }),
    });
  expect((await embed('pumps')).status).toBe(200);

  // A worker that lacks the key promotes the next version.
  await signing.kill('SIGTERM');
  await project.write({ '.hone/worker.yaml': '{}' });
  await project.startWorker({ args: grant });
  expect((await publish(2)).code).toBe(0);
  await serving.waitForLog(/pumps is not refreshed: pumps v2 is not signed\./);
  expect(await (await embed('pumps')).json()).toMatchObject({ model: 'pumps@1' });
  const refused = await embed('pumps@2');
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('pumps v2 is not signed.');
});
