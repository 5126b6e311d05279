import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';
import { loadSettings } from './settings.ts';

const home = temporaryFolder();

describe('profiles of a worker', () => {
  const profilesOf = async (yaml: string, env: NodeJS.ProcessEnv) => {
    await writeFile(home.join('worker.yaml'), yaml);
    return (await loadSettings({ home: home.path, env })).profiles;
  };
  const LOCAL = 'profiles: { default: { baseURL: http://127.0.0.1:11434/v1 } }';

  it('take their key from the variable that the file names', async () => {
    const yaml = 'profiles: { azure: { baseURL: https://a.example/v1, apiKeyFrom: AZURE_KEY } }';
    const { azure } = await profilesOf(yaml, { AZURE_KEY: 'sk-1', OPENAI_API_KEY: 'sk-2' });
    expect(azure).toMatchObject({ apiKey: 'sk-1', concurrency: 8 });
  });

  it('with a base URL need no key, whether the variable is unset or empty', async () => {
    for (const env of [{}, { OPENAI_API_KEY: '' }]) {
      expect((await profilesOf(LOCAL, env)).default).toMatchObject({
        baseURL: 'http://127.0.0.1:11434/v1',
        apiKey: 'none',
      });
    }
  });

  it('with neither a base URL nor a key are left out, and the missing variable is reported', async () => {
    const yaml = 'profiles: { default: { concurrency: 2 }, house: { apiKeyFrom: HOUSE_KEY } }';
    expect(await profilesOf(yaml, { OPENAI_API_KEY: '' })).toEqual({});
    const { keyless } = await loadSettings({ home: home.path, env: {} });
    expect(keyless).toEqual({ default: 'OPENAI_API_KEY', house: 'HOUSE_KEY' });
  });

  it('add fields and headers to requests, secret ones from variables', async () => {
    const yaml = `profiles:
  qwen:
    baseURL: https://a.example/v1
    apiVersion: 2025-04-01-preview
    maxTokens: 800
    extraBody: { enable_thinking: false, chat_template_kwargs: { thinking: false } }
    headers: { X-Team: search, X-Gateway-Key: { from: GATEWAY_KEY } }`;
    const { qwen } = await profilesOf(yaml, { GATEWAY_KEY: 'secret\n' });
    expect(qwen).toMatchObject({
      apiVersion: '2025-04-01-preview',
      maxTokens: 800,
      extraBody: { enable_thinking: false, chat_template_kwargs: { thinking: false } },
      headers: { 'X-Team': 'search', 'X-Gateway-Key': 'secret' },
    });
    expect(await profilesOf(yaml, {})).toEqual({});
    const { keyless } = await loadSettings({ home: home.path, env: {} });
    expect(keyless).toEqual({ qwen: 'GATEWAY_KEY' });
  });

  it.each(['extraBody: { model: other }', 'headers: { "a b": c }', 'maxTokens: 0', 'extrabody: {}'])(
    'with %s are refused by file and field',
    async (field) => {
      const fault = await profilesOf(`profiles: { default: { ${field} } }`, {}).catch((error) => error);
      expect(fault).toMatchObject({ kind: 'config', message: expect.stringContaining('profiles.default') });
    },
  );

  it('in a file that is not UTF-8 are refused, instead of with characters replaced', async () => {
    await writeFile(home.join('worker.yaml'), Buffer.from('profiles:\n  \xb7\xd2: {}\n', 'latin1'));
    await expect(loadSettings({ home: home.path, env: {} })).rejects.toThrow(/worker\.yaml is not UTF-8 \(line 2\)/);
  });

  it('that are invalid are refused by file and field', async () => {
    const fault = await profilesOf('profiles: { default: { requestsPerMinute: -1 } }', {}).catch((error) => error);
    expect(fault).toMatchObject({
      kind: 'config',
      message: expect.stringContaining('profiles.default.requestsPerMinute'),
    });
    expect(fault.message).toContain(home.join('worker.yaml'));
  });
});

describe('the environment of a worker', () => {
  it.each(['eight', '0', '-2', '1.5'])(
    'is refused where HONE_THREADS is %s, instead of using all cores',
    async (HONE_THREADS) => {
      const fault = await loadSettings({ home: '/nowhere', env: { HONE_THREADS } }).catch((error) => error);
      expect(fault).toMatchObject({ kind: 'config', message: `HONE_THREADS is "${HONE_THREADS}".` });
    },
  );

  it('counts as unset where it is empty, as containers often set it', async () => {
    const env = { HONE_HOME: '', HONE_STORE: '', HONE_MODELS: '', HONE_THREADS: '', XDG_CACHE_HOME: '/cache' };
    const { home, store, models, threads } = await loadSettings({ cwd: '/srv/app', env });
    expect({ home, store, models, threads }).toEqual({
      home: '/srv/app/.hone',
      store: '/srv/app/.hone/store',
      models: '/cache/hone/models',
      threads: undefined,
    });
  });
});

it('adds grants to those of earlier commands, and leaves no half-written file', async () => {
  const source = { home: home.path, cwd: '/srv/app', env: {} };
  await loadSettings({ ...source, grant: ['docs'] });
  const { roots } = await loadSettings({ ...source, grant: ['s3://acme/docs'] });
  expect(roots).toEqual(['/srv/app/docs', 's3://acme/docs']);
  expect(await readdir(home.path)).toEqual(['granted.json']);
});

describe('the settings of a tenant', () => {
  const env = { OPENAI_API_KEY: '', KEY: 'k', XDG_CACHE_HOME: '/cache' };
  const file = (store: string, root: string) =>
    JSON.stringify({ ...(store && { store }), threads: 3, roots: [root], profiles: { llm: { apiKeyFrom: 'KEY' } } });

  it('have no roots, profiles or grants of the default tenant, and a store of their own below its store', async () => {
    await writeFile(home.join('worker.yaml'), file('s3://acme/hone', '/srv/default'));
    await loadSettings({ home: home.path, env, grant: ['/srv/granted'] });
    const { store, roots, profiles, threads, tenantFolder } = await loadSettings({
      home: home.path,
      env,
      tenant: 'acme',
    });
    expect({ store, roots, profiles, threads, tenantFolder }).toEqual({
      store: 's3://acme/hone/tenants/acme',
      roots: [],
      profiles: {},
      threads: 3,
      tenantFolder: home.join('tenants', 'acme'),
    });
  });

  it('are in the folder of the tenant, and its grants too', async () => {
    await writeFile(home.join('worker.yaml'), file('', '/srv/default'));
    await mkdir(home.join('tenants', 'acme'), { recursive: true });
    await writeFile(home.join('tenants', 'acme', 'worker.yaml'), file('/srv/acme-store', '/srv/acme'));
    const ofTenant = { ...env, HONE_TENANT: 'acme' };
    await loadSettings({ home: home.path, env: ofTenant, grant: ['/srv/granted'] });
    const settings = await loadSettings({ home: home.path, env: ofTenant });
    expect(settings.store).toBe('/srv/acme-store/tenants/acme');
    expect(settings.roots).toEqual(['/srv/acme', '/srv/granted']);
    expect(Object.keys(settings.profiles)).toEqual(['llm']);
    expect((await loadSettings({ home: home.path, env })).roots).toEqual(['/srv/default']);
    expect((await loadSettings({ home: home.path, env, tenant: 'globex' })).roots).toEqual([]);
  });

  it.each(['../globex', 'a/b', 'Acme', '.'])('are refused for a tenant %s', async (tenant) => {
    await expect(loadSettings({ home: home.path, env, tenant })).rejects.toMatchObject({ kind: 'config' });
  });
});

it('takes the signing key of the file from its folder, and that of the variable from the working directory', async () => {
  await writeFile(home.join('worker.yaml'), 'signingKey: keys/release.key');
  const signingKey = async (env: NodeJS.ProcessEnv) =>
    (await loadSettings({ home: home.path, cwd: '/srv', env })).signingKey;
  expect(await signingKey({})).toBe(home.join('keys/release.key'));
  expect(await signingKey({ HONE_SIGNING_KEY: 'other.key' })).toBe('/srv/other.key');
});
