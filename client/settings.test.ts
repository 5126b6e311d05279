import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuredServer } from './settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function profileFile(text: string): Promise<NodeJS.ProcessEnv> {
  const file = join(folder, 'temporal.toml');
  await writeFile(file, text);
  return { TEMPORAL_CONFIG_FILE: file };
}

describe('the Temporal server that is configured', () => {
  it('is none where nothing names one, so that hone runs its own', async () => {
    expect(configuredServer({ TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') })).toBeUndefined();
    expect(configuredServer(await profileFile('[profile.default]\nnamespace = "acme"\n'))).toBeUndefined();
  });

  it('is what the environment says', () => {
    const server = configuredServer({
      TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'),
      TEMPORAL_ADDRESS: 'temporal.internal:7233',
      TEMPORAL_NAMESPACE: 'acme',
    });
    expect(server).toMatchObject({ namespace: 'acme', connectionOptions: { address: 'temporal.internal:7233' } });
  });

  it('is what the profile says that the environment chooses', async () => {
    const env = await profileFile(
      '[profile.cloud]\naddress = "acme.tmprl.cloud:7233"\nnamespace = "acme"\napi_key = "k"\n',
    );
    expect(configuredServer({ ...env, TEMPORAL_PROFILE: 'cloud' })).toMatchObject({
      namespace: 'acme',
      connectionOptions: { address: 'acme.tmprl.cloud:7233', apiKey: 'k', tls: true },
    });
  });

  it('is refused in a sentence where the profile cannot be read', async () => {
    const env = await profileFile('[profile.default\n');
    expect(() => configuredServer(env)).toThrow(expect.objectContaining({ kind: 'config' }));
    const missing = await profileFile('[profile.default]\n');
    expect(() => configuredServer({ ...missing, TEMPORAL_PROFILE: 'nowhere' })).toThrow(/profile cannot be read/);
  });
});
