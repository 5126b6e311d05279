import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';
import { configuredServer } from './settings.ts';

const folder = temporaryFolder('file');

/** An environment with this text as Temporal's profile file. */
async function profileFile(text: string): Promise<NodeJS.ProcessEnv> {
  const file = folder.join('temporal.toml');
  await writeFile(file, text);
  return { TEMPORAL_CONFIG_FILE: file };
}

describe('the configured Temporal server', () => {
  it('is undefined if neither the environment nor a profile has an address', async () => {
    expect(configuredServer({ TEMPORAL_CONFIG_FILE: folder.join('none.toml') })).toBeUndefined();
    expect(configuredServer(await profileFile('[profile.default]\nnamespace = "acme"\n'))).toBeUndefined();
  });

  it('is read from the environment', () => {
    const server = configuredServer({
      TEMPORAL_CONFIG_FILE: folder.join('none.toml'),
      TEMPORAL_ADDRESS: 'temporal.internal:7233',
      TEMPORAL_NAMESPACE: 'acme',
    });
    expect(server).toMatchObject({ namespace: 'acme', connectionOptions: { address: 'temporal.internal:7233' } });
  });

  it('is read from the profile that the environment selects', async () => {
    const env = await profileFile(
      '[profile.cloud]\naddress = "acme.tmprl.cloud:7233"\nnamespace = "acme"\napi_key = "k"\n',
    );
    expect(configuredServer({ ...env, TEMPORAL_PROFILE: 'cloud' })).toMatchObject({
      namespace: 'acme',
      connectionOptions: { address: 'acme.tmprl.cloud:7233', apiKey: 'k', tls: true },
    });
  });

  it('is a fault if the profile cannot be read', async () => {
    const env = await profileFile('[profile.default\n');
    expect(() => configuredServer(env)).toThrow(expect.objectContaining({ kind: 'config' }));
    const missing = await profileFile('[profile.default]\n');
    expect(() => configuredServer({ ...missing, TEMPORAL_PROFILE: 'nowhere' })).toThrow(/profile cannot be read/);
  });
});
