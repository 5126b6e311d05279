import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from './settings.ts';

describe('profiles of a worker', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'hone-settings-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const profilesOf = async (yaml: string, env: NodeJS.ProcessEnv) => {
    await writeFile(join(home, 'worker.yaml'), yaml);
    return (await loadSettings({ home, env })).profiles;
  };
  const LOCAL = 'profiles: { default: { baseURL: http://127.0.0.1:11434/v1 } }';

  it('take the key from the variable that the file names', async () => {
    const yaml = 'profiles: { azure: { baseURL: https://a.example/v1, apiKeyFrom: AZURE_KEY } }';
    const { azure } = await profilesOf(yaml, { AZURE_KEY: 'sk-1', OPENAI_API_KEY: 'sk-2' });
    expect(azure).toMatchObject({ apiKey: 'sk-1', concurrency: 8 });
  });

  it('of a local server need no key, be the variable absent or empty', async () => {
    for (const env of [{}, { OPENAI_API_KEY: '' }]) {
      expect((await profilesOf(LOCAL, env)).default).toMatchObject({
        baseURL: 'http://127.0.0.1:11434/v1',
        apiKey: 'none',
      });
    }
  });

  it('without an address and without a key are not there, and the variable that lacks is known', async () => {
    const yaml = 'profiles: { default: { concurrency: 2 }, house: { apiKeyFrom: HOUSE_KEY } }';
    expect(await profilesOf(yaml, { OPENAI_API_KEY: '' })).toEqual({});
    const { keyless } = await loadSettings({ home, env: {} });
    expect(keyless).toEqual({ default: 'OPENAI_API_KEY', house: 'HOUSE_KEY' });
  });

  it('that make no sense are named by file and field', async () => {
    const fault = await profilesOf('profiles: { default: { requestsPerMinute: -1 } }', {}).catch((error) => error);
    expect(fault).toMatchObject({
      kind: 'config',
      message: expect.stringContaining('profiles.default.requestsPerMinute'),
    });
    expect(fault.message).toContain(join(home, 'worker.yaml'));
  });
});

describe('the environment of a worker', () => {
  it.each(['eight', '0', '-2', '1.5'])(
    'is refused where it names %s threads, rather than have all cores taken',
    async (HONE_THREADS) => {
      const fault = await loadSettings({ home: '/nowhere', env: { HONE_THREADS } }).catch((error) => error);
      expect(fault).toMatchObject({ kind: 'config', message: `HONE_THREADS is ${HONE_THREADS}.` });
    },
  );

  it('counts as absent where it is empty, as containers often have it', async () => {
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

it('remembers what it was granted, and leaves nothing half-written', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hone-settings-'));
  try {
    await loadSettings({ home, cwd: '/srv/app', env: {}, grant: ['docs'] });
    const { roots } = await loadSettings({ home, cwd: '/srv/app', env: {}, grant: ['s3://acme/docs'] });
    expect(roots).toEqual(['/srv/app', '/srv/app/docs', 's3://acme/docs']);
    expect(await readdir(home)).toEqual(['granted.json']);
  } finally {
    await rm(home, { recursive: true });
  }
});
