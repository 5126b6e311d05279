import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { recordingIo } from '../runtime/io.fixture.ts';
import { type ReadFlags, read } from './read.ts';

const MODEL = new URL('../../tests/recorded/tiny-bert', import.meta.url).pathname;
const cwd = temporaryFolder('file');
beforeAll(async () => {
  const steps = Array.from({ length: 40 }, (_, i) => `Valve ${i} is opened while gauge ${2 * i} is watched.`);
  await writeFile(cwd.join('pump.md'), `# Pump\n\n## Start\n\n${steps.join(' ')}\n\n## Stop\n\nClose it.\n`);
  await writeFile(cwd.join('broken.txt'), 'The valve\ufffd is closed.');
  for (const name of ['a.png', 'b.png', 'empty.md']) await writeFile(cwd.join(name), name === 'empty.md' ? '' : 'x');
});

async function lines(documents: string[], flags: ReadFlags = {}): Promise<string[]> {
  const io = recordingIo(cwd.path);
  expect(await read(documents, { model: MODEL, ...flags }, io)).toBe(0);
  return io.out.lines;
}

describe('hone read', () => {
  it('lists documents, what to look at, and what was not read by reason', async () => {
    const shown = (await lines(['.'])).map((line) => line.replace(/ {2,}/g, '  ').trim());
    expect(shown).toEqual([
      '',
      'document  type  language  sections  chunks  kept',
      expect.stringMatching(/broken\.txt {2}txt {2}\w+ {2}1 {2}1 {2}100 %$/),
      expect.stringMatching(/pump\.md {2}md {2}en {2}2 {2}\d+ {2}100 %$/),
      '',
      expect.stringMatching(/^2 documents, \d+ chunks, .*median \d+, longest \d+ tokens of recorded\/tiny-bert$/),
      expect.stringMatching(/^! .*broken\.txt: characters that could not be decoded “The valve\ufffd is closed\.”$/),
      '3 files not read: 2 × .png files are not read; 1 × empty file',
    ]);
  });

  it('prints a document in full, by sections or by chunks', async () => {
    const sections = await lines(['pump.md'], { sections: true });
    expect(sections).toEqual(expect.arrayContaining(['pump.md', 'Pump › Start', 'Pump › Stop', 'Close it.']));
    const chunks = await lines(['pump.md'], { chunks: true, maxTokens: 32 });
    expect(chunks.filter((line) => /^\d+ · Pump › Start · \d+ tokens$/.test(line)).length).toBeGreaterThan(5);
  });

  it('prints one JSON object for each document and each file that was not read', async () => {
    const objects = (await lines(['.'], { json: true, maxTokens: 32 })).map((line) => JSON.parse(line));
    const pump = objects.find(({ path }) => path.endsWith('pump.md'));
    expect(pump).toMatchObject({ title: 'Pump', media: 'md', language: 'en', kept: 1, omitted: [], doubts: [] });
    expect(pump.sections[1]).toEqual({ headings: ['Pump', 'Stop'], text: 'Close it.' });
    expect(pump.chunks.length).toBeGreaterThan(5);
    for (const chunk of pump.chunks) {
      expect(Object.keys(chunk)).toEqual(['headings', 'text', 'tokens']);
      expect(chunk.tokens).toBeLessThanOrEqual(32);
    }
    expect(objects.filter((object) => 'skipped' in object)).toHaveLength(3);
  });

  it('leaves out what the pages of a folder repeat, and says so', async () => {
    await mkdir(cwd.join('site'));
    const machines = ['press', 'pump', 'saw', 'lathe'];
    for (const name of machines)
      await writeFile(
        cwd.join('site', `${name}.html`),
        `<html><body><div>Acme Machines Portal</div><p>The ${name} is cleaned on day ${name.length}.</p></body></html>`,
      );
    const objects = (await lines(['site'], { json: true })).map((line) => JSON.parse(line));
    expect(objects.map(({ omitted }) => omitted)).toEqual(
      machines.map(() => [{ reason: 'repeated', characters: 18, sample: 'Acme Machines Portal' }]),
    );
    expect(JSON.stringify(objects.map(({ sections, chunks }) => [sections, chunks]))).not.toContain('Portal');
  });

  it('takes documents and chunk sizes from a config file', async () => {
    await writeFile(cwd.join('run.yaml'), `documents: [pump.md]\nmodel: ${MODEL}\nchunks: { maxTokens: 32 }\n`);
    const io = recordingIo(cwd.path);
    await read([], { config: 'run.yaml', json: true }, io);
    const [pump = ''] = io.out.lines;
    expect(JSON.parse(pump).chunks.length).toBeGreaterThan(5);
  });

  it('refuses a dataset', async () => {
    await writeFile(cwd.join('data.yaml'), 'dataset: { train: t.json, validation: v.json }\n');
    await expect(read([], { config: 'data.yaml' }, recordingIo(cwd.path))).rejects.toThrow('holds no documents');
  });
});
