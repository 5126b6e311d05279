import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';
import { hashOfKey, keySettings, newKey } from './access/keys.ts';
import { loadServerSettings, tenantsOf } from './settings.ts';

const home = temporaryFolder();
const load = async (yaml: string) => {
  await writeFile(home.join('server.yaml'), yaml);
  return loadServerSettings(home.path);
};

it('has defaults for everything, and no keys', async () => {
  expect(await loadServerSettings(home.join('empty'))).toMatchObject({
    keys: [],
    limits: { requestsPerMinute: 600 },
    embeddings: { models: [], maxModels: 4 },
    audit: home.join('empty', 'audit.jsonl'),
  });
});

it('reads the lines that are printed for a new key', async () => {
  const key = newKey();
  const { keys } = await load(
    keySettings({ name: 'search team', role: 'embed', tenant: 'default', sha256: hashOfKey(key) }),
  );
  expect(keys).toEqual([{ name: 'search team', role: 'embed', tenant: 'default', sha256: hashOfKey(key) }]);
  const ofTenant = { name: 'search', role: 'admin', tenant: 'acme', sha256: hashOfKey(key) } as const;
  expect((await load(keySettings(ofTenant))).keys).toEqual([ofTenant]);
});

it('gives keys and models without a tenant that of the server, and knows whose there are', async () => {
  const sha256 = hashOfKey('x');
  await load(`keys: [{ name: a, role: embed, sha256: ${sha256} }, { name: b, role: embed, tenant: globex, sha256: ${sha256} }]
embeddings: { models: [handbook, { tenant: globex, name: handbook }] }
oidc: { issuer: 'https://login.example.com', audience: hone, roles: {}, tenants: { initech: [staff] } }
`);
  const settings = await loadServerSettings(home.path, 'acme');
  expect(settings.keys.map(({ tenant }) => tenant)).toEqual(['acme', 'globex']);
  expect(settings.embeddings.models).toEqual([
    { tenant: 'acme', name: 'handbook' },
    { tenant: 'globex', name: 'handbook' },
  ]);
  expect(tenantsOf(settings)).toEqual(['acme', 'globex', 'initech']);
  expect(tenantsOf(await loadServerSettings(home.join('empty'), 'acme'))).toEqual(['acme']);
});

it.each(['../globex', 'Acme', "''", 'a.b'])('refuses a key of the tenant %s', async (tenant) => {
  const settings = load(`keys: [{ name: a, role: embed, tenant: ${tenant}, sha256: ${hashOfKey('x')} }]`);
  await expect(settings).rejects.toThrow(/keys\.0\.tenant/);
});

it('names the file and each field that is wrong', async () => {
  const settings = load('keys: [{ name: a, role: root, sha256: abc }]\nlimit: 3\n');
  await expect(settings).rejects.toMatchObject({ kind: 'config', message: expect.stringContaining('server.yaml') });
  await expect(settings).rejects.toThrow(/keys\.0\.role.*keys\.0\.sha256.*limit/s);
});
