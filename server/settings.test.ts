import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';
import { hashOfKey, keySettings, newKey } from './access/keys.ts';
import { loadServerSettings } from './settings.ts';

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
  const { keys } = await load(keySettings('search team', 'embed', hashOfKey(key)));
  expect(keys).toEqual([{ name: 'search team', role: 'embed', sha256: hashOfKey(key) }]);
});

it('names the file and each field that is wrong', async () => {
  const settings = load('keys: [{ name: a, role: root, sha256: abc }]\nlimit: 3\n');
  await expect(settings).rejects.toMatchObject({ kind: 'config', message: expect.stringContaining('server.yaml') });
  await expect(settings).rejects.toThrow(/keys\.0\.role.*keys\.0\.sha256.*limit/s);
});
