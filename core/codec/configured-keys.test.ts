import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { configuredKeys } from './configured-keys.ts';

const folder = temporaryFolder('file');
const [A, B] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];
const ids = (env: NodeJS.ProcessEnv) => configuredKeys(env).map(({ id }) => id);

it('reads keys from the variable, in their order', () => {
  expect(ids({})).toEqual([]);
  expect(ids({ HONE_CODEC_KEYS: `2026-11:${A}, old:${B}` })).toEqual(['2026-11', 'old']);
});

it('reads keys from a file, one a line', () => {
  const path = folder.join('keys');
  writeFileSync(path, `# rotated in November\nnew:${A}  # current\n\nold:${B}\n`);
  expect(ids({ HONE_CODEC_KEYS_FILE: path })).toEqual(['new', 'old']);
});

it('gives equal keys equal fingerprints, and shows nothing of the key', () => {
  const [one] = configuredKeys({ HONE_CODEC_KEYS: `a:${A}` });
  const [same] = configuredKeys({ HONE_CODEC_KEYS: `b:${A}` });
  const [other] = configuredKeys({ HONE_CODEC_KEYS: `a:${B}` });
  expect(one?.fingerprint).toBe(same?.fingerprint);
  expect(one?.fingerprint).not.toBe(other?.fingerprint);
  expect(JSON.stringify(one)).not.toContain(A.slice(0, 8));
});

it.each([
  ['no id', A],
  ['no base64', 'a:%%%'],
  ['16 bytes instead of 32', `a:${Buffer.alloc(16).toString('base64')}`],
  ['two keys a', `a:${A},a:${B}`],
  ['no key', ' , '],
])('refuses %s, and does not repeat the key', (_, keys) => {
  const fault = (() => {
    try {
      return configuredKeys({ HONE_CODEC_KEYS: keys });
    } catch (error) {
      return error;
    }
  })();
  expect(fault).toMatchObject({ kind: 'config', message: expect.stringContaining('HONE_CODEC_KEYS') });
  expect(String(fault)).not.toContain(A);
});

it('refuses both variables, and a file that is not there', () => {
  expect(() => configuredKeys({ HONE_CODEC_KEYS: `a:${A}`, HONE_CODEC_KEYS_FILE: '/x' })).toThrow('both set');
  expect(() => configuredKeys({ HONE_CODEC_KEYS_FILE: folder.join('none') })).toThrow('HONE_CODEC_KEYS_FILE');
});
