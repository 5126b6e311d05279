import { cp, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { openEncoder } from '../encoder.ts';
import { readPrompts, writePrompts } from './prompts.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const folder = temporaryFolder();
let file: string;
beforeEach(() => {
  file = folder.join('config_sentence_transformers.json');
});

describe('the prompts of a model are those that sentence-transformers uses', () => {
  it.each([
    [{ prompts: { query: '', document: '' } }, { query: '', passage: '', other: '' }],
    [{ prompts: { query: 'q: ', passage: 'p: ' } }, { query: 'q: ', passage: 'p: ', other: '' }],
    [{ prompts: { query: 'q: ', corpus: 'c: ', document: 'd: ' } }, { query: 'q: ', passage: 'd: ', other: '' }],
    [
      { prompts: { text: 't: ' }, default_prompt_name: 'text' },
      { query: 't: ', passage: 't: ', other: 't: ' },
    ],
    [
      { prompts: { query: 'q: ' }, default_prompt_name: 'query' },
      { query: 'q: ', passage: 'q: ', other: 'q: ' },
    ],
    [{}, { query: '', passage: '', other: '' }],
  ])('%j', async (config, prompts) => {
    await writeFile(file, JSON.stringify(config));
    expect(await readPrompts(folder.path)).toEqual(prompts);
  });

  it('are empty if the folder has no settings for them', async () => {
    expect(await readPrompts(folder.path)).toEqual({ query: '', passage: '', other: '' });
  });

  it('are put before texts that are embedded', async () => {
    await cp(MODEL, folder.path, { recursive: true });
    await writePrompts(folder.path, { query: 'ask: ', passage: 'tell: ' });
    const encoder = await openEncoder(folder.path, { threads: 1 });
    const plain = await openEncoder(MODEL, { threads: 1 });
    expect(await encoder.embed(['what?'], { as: 'query' })).toEqual(await plain.embed(['ask: what?']));
    expect(await encoder.embed(['this.'], { as: 'passage' })).toEqual(await plain.embed(['tell: this.']));
    expect(await encoder.embed(['this.'])).toEqual(await plain.embed(['this.']));
  });
});

it('writing prompts replaces existing ones under all of their names and keeps other settings', async () => {
  const config = { similarity_fn_name: 'cosine', prompts: { query: 'old', passage: 'old', title: 't: ' } };
  await writeFile(file, JSON.stringify(config));
  await writePrompts(folder.path, { query: 'q: ', passage: 'p: ' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    similarity_fn_name: 'cosine',
    prompts: { query: 'q: ', document: 'p: ', passage: 'p: ', title: 't: ' },
  });
});
