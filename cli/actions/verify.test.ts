import { cp, writeFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import { serveModel } from '../../core/verify/faulty-server.fixture.ts';
import { publishFolder } from '../input/published-model.fixture.ts';
import { invoke } from '../invoke.ts';
import { recordingIo } from '../runtime/io.fixture.ts';

const TUNED = new URL('../../tests/recorded/architectures/distilbert/model', import.meta.url).pathname;
const BASE = new URL('../../tests/recorded/tiny-bert', import.meta.url).pathname;
const DATASET = {
  queries: { q1: 'when is the pump oiled?', q2: 'where is the key?' },
  corpus: { c1: 'The pump is oiled in May.', c2: 'The key is in the box.', c3: 'The lift is red.' },
  relevant_docs: { q1: ['c1'], q2: ['c2'] },
};

const temporary = temporaryStore('file');
beforeAll(async () => {
  const { store, folder } = temporary;
  await publishFolder(store, 'handbook', { folder: TUNED, base: BASE, validation: DATASET });
  await cp(TUNED, folder.join('model'), { recursive: true });
  await writeFile(folder.join('val.json'), JSON.stringify(DATASET));
});

/** Runs `hone verify`. */
async function verify(...args: string[]) {
  const io = recordingIo(temporary.folder.path);
  await invoke(['verify', ...args, '--store', temporary.folder.join('store')], io);
  return { code: io.exitCode, out: io.out.lines, err: io.err.lines };
}

it('says that a server serves a published model, with its hit rate on the validation set', async () => {
  const url = await serveModel({ folder: TUNED, api: 'tei' });
  const { code, out } = await verify(url, '--model', 'handbook');
  expect(code).toBe(0);
  expect(out.at(-1)).toMatch(/serves handbook v1\.$/);
  expect(out.join('\n')).toMatch(/hit@5 +1\.000\n.*nDCG@10 +\d\.\d{3}\n.*on 2 questions over 3 passages/);
  expect(out[0]).toContain('Text Embeddings Inference 1.8.2');
});

it('exits with 3, names the fault and what to do if a server has the base model', async () => {
  const url = await serveModel({ folder: BASE });
  const { code, out } = await verify(url);
  expect(code).toBe(3);
  expect(out).toContain('The server has the base model instead of the tuned one.');
  expect(out.at(-1)).toMatch(/does not serve handbook v1, as served\.$/);
});

it('prints JSON, for a folder and a dataset that are given', async () => {
  const url = await serveModel({ folder: TUNED, maxLength: 30, api: 'ollama' });
  const { code, out } = await verify(url, '--model', 'model', '--dataset', 'val.json', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(out.join(''))).toMatchObject({
    model: 'model',
    serves: false,
    server: { api: 'ollama', model: 'served:latest' },
    faults: [{ fault: 'truncated', advice: expect.stringContaining('num_ctx 40') }],
    evaluation: { queries: 2, passages: 3 },
  });
});

it('names a model, a version, a dataset or a key that is not there', async () => {
  const url = await serveModel({ folder: TUNED });
  for (const [args, message] of [
    [['--model', 'manual'], 'Nothing is published under the name manual'],
    [['--model', 'handbook@7'], 'handbook has no version 7'],
    [['--model', './nowhere'], 'no model folder'],
    [['--dataset', 'none.json'], 'none.json cannot be read'],
    [['--key-from', 'NO_SUCH_KEY'], 'NO_SUCH_KEY is not set'],
  ] as const) {
    const { code, err, out } = await verify(url, ...args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err.join('\n')).toContain(message);
    expect(out).toEqual([]);
  }
});
