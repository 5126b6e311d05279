import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { parseRetrainInput, parseRunInput } from '../../core/run/parse-input.ts';
import { placesRead } from './places.ts';

const cwd = temporaryFolder('file');
beforeAll(async () => {
  await mkdir(cwd.join('docs/深'), { recursive: true });
  for (const file of ['train.json', 'general.json']) await writeFile(cwd.join(file), '{}');
});

describe('the places that a run reads', () => {
  it('are its documents, the folders of patterns, its buckets and its model folder, each once', async () => {
    const input = parseRunInput({
      documents: [cwd.join('docs'), cwd.join('docs/**/*.md'), cwd.join('train.json'), 's3://b/x'],
      model: cwd.join('models/mine'),
    });
    const places = ['docs', 'train.json', 'models/mine'].map((path) => cwd.join(path));
    expect((await placesRead(input)).sort()).toEqual([...places, 's3://b/x'].sort());
  });

  it('include the general set of a retraining', async () => {
    const input = parseRetrainInput({
      documents: [cwd.join('docs')],
      publish: { name: 'handbook' },
      retrain: { generalSet: cwd.join('general.json') },
    });
    expect(await placesRead(input)).toEqual([cwd.join('docs'), cwd.join('general.json')]);
  });

  it('must exist', async () => {
    const input = parseRunInput({ documents: [cwd.join('nowhere')] });
    await expect(placesRead(input)).rejects.toThrow(`There is no file or folder ${cwd.join('nowhere')}.`);
  });
});
