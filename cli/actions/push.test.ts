import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import { startFakeHub } from '../../core/hub/fake-hub.fixture.ts';
import { publishFolder } from '../input/published-model.fixture.ts';
import { invoke } from '../invoke.ts';
import { recordingIo } from '../runtime/io.fixture.ts';

const MODEL = new URL('../../tests/recorded/tiny-bert', import.meta.url).pathname;
const VALIDATION = { queries: { q: 'a?' }, corpus: { c: 'a' }, relevant_docs: { q: ['c'] } };
const temporary = temporaryStore('file');
beforeAll(() => publishFolder(temporary.store, 'handbook', { folder: MODEL, base: MODEL, validation: VALIDATION }));

/** Runs a command line with a hub. */
async function hone(endpoint: string, ...args: string[]) {
  vi.stubEnv('HF_ENDPOINT', endpoint);
  vi.stubEnv('HF_TOKEN', 'hf_token');
  vi.stubEnv('HONE_MODELS', temporary.folder.join('models'));
  const io = recordingIo(temporary.folder.path);
  try {
    await invoke(args, io);
  } finally {
    vi.unstubAllEnvs();
  }
  return { code: io.exitCode, out: io.out.lines, err: io.err.lines.join('\n') };
}

it('pushes a published version, which is pulled elsewhere with the same bytes', async () => {
  const { endpoint, repositories } = await startFakeHub();
  const push = ['model', 'push', 'handbook', 'acme/handbook', '--store', temporary.folder.join('store')];
  const planned = await hone(endpoint, ...push, '--dry-run');
  expect(planned.out.at(-1)).toContain('Nothing was changed');
  expect(repositories.size).toBe(0);

  const pushed = await hone(endpoint, ...push);
  expect(pushed.code).toBe(0);
  expect(pushed.out.at(-1)).toBe('Elsewhere  npx hone model pull acme/handbook@v1');
  expect([...(repositories.get('acme/handbook')?.tags.keys() ?? [])]).toEqual(['v1', `sha256-${'a'.repeat(16)}`]);
  const [json = ''] = (await hone(endpoint, ...push, '--json')).out;
  expect(JSON.parse(json)).toMatchObject({ model: 'handbook v1', created: false, changed: [] });

  const { out, code } = await hone(endpoint, 'model', 'pull', 'acme/handbook@v1');
  expect(code).toBe(0);
  for (const path of ['model.safetensors', 'tokenizer.json', '1_Pooling/config.json'])
    expect(await readFile(join(out[0] as string, path))).toEqual(await readFile(join(MODEL, path)));
});

it('names a model that is not published', async () => {
  const { endpoint } = await startFakeHub();
  const { code, err } = await hone(
    endpoint,
    'model',
    'push',
    'manual',
    'acme/manual',
    '--store',
    temporary.folder.join('store'),
  );
  expect(code).toBe(2);
  expect(err).toContain('Nothing is published under the name manual');
});
