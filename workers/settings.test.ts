import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

  it('without an address and without a key are not there', async () => {
    expect(await profilesOf('profiles: { default: { concurrency: 2 } }', { OPENAI_API_KEY: '' })).toEqual({});
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
