import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { placesRead, type RunFlags, requestOf, retrainRequestOf } from './request.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hone-request-'));
  await mkdir(join(cwd, 'conf/docs/深'), { recursive: true });
  await mkdir(join(cwd, 'models/mine'), { recursive: true });
  await writeFile(join(cwd, 'train.json'), '{}');
});
afterAll(() => rm(cwd, { recursive: true }));

const ask = async (documents: string[], flags: RunFlags = {}) => (await requestOf(documents, flags, cwd)).request;
async function withConfig(text: string, flags: RunFlags = {}, documents: string[] = []) {
  await writeFile(join(cwd, 'conf/run.yaml'), text);
  return ask(documents, { ...flags, config: 'conf/run.yaml' });
}

describe('what a command line asks for', () => {
  it('is what every flag says, under its name in the run input', async () => {
    const flags: RunFlags = {
      model: 'BAAI/bge-base-zh-v1.5',
      questions: 'headings',
      ask: 'auto',
      perChunk: 3,
      language: 'zh',
      epochs: 1,
      batchSize: 8,
      learningRate: 1e-5,
      maxLength: 128,
      seed: 0,
      publish: 'handbook',
      compareWith: ['text-embedding-3-small'],
      alsoOn: ['other.json'],
    };
    expect(await ask(['docs', '/abs/a.md', 's3://bucket/x/'], flags)).toEqual({
      documents: [join(cwd, 'docs'), '/abs/a.md', 's3://bucket/x/'],
      model: 'BAAI/bge-base-zh-v1.5',
      questions: { from: 'headings', mode: 'auto', perChunk: 3, language: 'zh' },
      training: { epochs: 1, batchSize: 8, learningRate: 1e-5, maxLength: 128, seed: 0 },
      evaluation: { compareWith: ['text-embedding-3-small'], alsoOn: [join(cwd, 'other.json')] },
      publish: { name: 'handbook' },
    });
  });

  it('leaves out what was not said, so that defaults stay in one place', async () => {
    expect(await ask(['docs'])).toEqual({ documents: [join(cwd, 'docs')] });
  });

  it('takes a ready-made data set instead of documents', async () => {
    expect(await ask([], { dataset: 'train.json', validation: 'val.json' })).toEqual({
      dataset: { train: join(cwd, 'train.json'), validation: join(cwd, 'val.json') },
    });
  });

  it('takes a folder for a model where there is one, and a name where there is not', async () => {
    expect((await ask(['d'], { model: 'models/mine' })).model).toBe(join(cwd, 'models/mine'));
    expect((await ask(['d'], { model: './gone' })).model).toBe(join(cwd, 'gone'));
    expect((await ask(['d'], { model: 'models/theirs' })).model).toBe('models/theirs');
    expect((await ask(['d'], { model: 'pypi:some-model' })).model).toBe('pypi:some-model');
  });

  it('refuses half a data set, nothing at all, and both kinds of input', async () => {
    await expect(ask([], { dataset: 'a.json' })).rejects.toThrow('--dataset was given without --validation');
    await expect(ask([], { validation: 'a.json' })).rejects.toThrow('--validation was given without --dataset');
    await expect(ask([])).rejects.toThrow('Neither documents nor a data set');
    await expect(ask(['d'], { dataset: 'a', validation: 'b' })).rejects.toThrow('either documents or dataset');
  });

  it('names every fault by its field before anything is started', async () => {
    const bad = ask(['d'], { epochs: 0, perChunk: 99, publish: 'no spaces' });
    await expect(bad).rejects.toMatchObject({
      kind: 'input',
      details: [
        expect.stringMatching(/^questions.perChunk: /),
        expect.stringMatching(/^training.epochs: /),
        expect.stringMatching(/^publish.name: /),
      ],
    });
  });
});

describe('a config file', () => {
  it('is a run input whose paths start at its own folder', async () => {
    const request = await withConfig(`
documents: [docs, "wiki/**/*.md", /abs]
model: ../models/mine
questions: { ledger: ledger.jsonl, perChunk: 4 }
evaluation: { alsoOn: [general.json] }
`);
    expect(request).toEqual({
      documents: [join(cwd, 'conf/docs'), join(cwd, 'conf/wiki/**/*.md'), '/abs'],
      model: join(cwd, 'models/mine'),
      questions: { ledger: join(cwd, 'conf/ledger.jsonl'), perChunk: 4 },
      evaluation: { alsoOn: [join(cwd, 'conf/general.json')] },
    });
  });

  it('may be JSON', async () => {
    const request = await withConfig('{"dataset": {"train": "t.json", "validation": "v.json"}, "title": "表格"}');
    expect(request).toEqual({
      dataset: { train: join(cwd, 'conf/t.json'), validation: join(cwd, 'conf/v.json') },
      title: '表格',
    });
  });

  it('is overridden field by field by flags', async () => {
    const request = await withConfig('{documents: [docs], training: {epochs: 5, seed: 7}}', { epochs: 1 });
    expect(request.training).toEqual({ epochs: 1, seed: 7 });
  });

  it('gives up what it learns from as a whole to a flag that names something else', async () => {
    const request = await withConfig('{documents: [docs]}', { dataset: 'train.json', validation: 'v.json' });
    expect(request.documents).toBeUndefined();
    const other = await withConfig('{dataset: {train: t, validation: v}}', {}, ['docs']);
    expect(other).toEqual({ documents: [join(cwd, 'docs')] });
  });

  it('is refused with its name if it is missing, broken, no document, or has unknown fields', async () => {
    await expect(ask([], { config: 'none.yaml' })).rejects.toThrow(/none.yaml does not exist/);
    await expect(withConfig('documents: [')).rejects.toThrow(/run.yaml is neither YAML nor JSON/);
    await expect(withConfig('- a\n- b')).rejects.toThrow(/run.yaml holds no fields/);
    await expect(withConfig('')).rejects.toThrow(/run.yaml holds no fields/);
    await expect(withConfig('{documents: [a], epochs: 2}')).rejects.toThrow(/epochs/);
    await expect(withConfig('{documents: a}')).rejects.toThrow(/documents: /);
  });
});

describe('the folders a run reads', () => {
  it('are those of its documents, patterns, files, buckets and model folder, each once', async () => {
    const request = parseRunInput({
      documents: [join(cwd, 'conf/docs'), join(cwd, 'conf/docs/**/*.md'), join(cwd, 'train.json'), 's3://b/x'],
      model: join(cwd, 'models/mine'),
    });
    const places = ['conf/docs', 'train.json', 'models/mine'].map((path) => join(cwd, path));
    expect((await placesRead(request)).sort()).toEqual([...places, 's3://b/x'].sort());
  });

  it('must exist', async () => {
    const missing = parseRunInput({ documents: [join(cwd, 'nowhere')] });
    await expect(placesRead(missing)).rejects.toThrow(`There is no file or folder ${join(cwd, 'nowhere')}.`);
  });
});

describe('what a retraining is asked for', () => {
  const asked = async (text: string) => {
    await writeFile(join(cwd, 'conf/retrain.yaml'), text);
    return retrainRequestOf('conf/retrain.yaml', cwd);
  };

  it('is the file, with paths from its own folder and the defaults filled in', async () => {
    const { request, input } = await asked(
      'documents: [docs]\npublish: { name: handbook }\nretrain: { generalSet: general.json, gate: not-worse }\n',
    );
    expect(request).toMatchObject({ documents: [join(cwd, 'conf/docs')] });
    expect(input.retrain).toEqual({
      minChangedShare: 0.02,
      gate: 'not-worse',
      generalSet: join(cwd, 'conf/general.json'),
      maxGeneralDrop: 0.01,
    });
    await writeFile(join(cwd, 'conf/general.json'), '{}');
    expect(await placesRead(input)).toEqual([join(cwd, 'conf/docs'), join(cwd, 'conf/general.json')]);
  });

  it('is refused without a name, with a data set instead of documents, and with every other fault named', async () => {
    await expect(asked('documents: [docs]\n')).rejects.toThrow('publish.name: is needed');
    await expect(asked('dataset: { train: a, validation: b }\npublish: { name: handbook }\n')).rejects.toThrow(
      'retraining compares documents',
    );
    await expect(
      asked('documents: [docs]\npublish: { name: handbook }\nretrain: { gate: maybe, minShare: 1 }\n'),
    ).rejects.toThrow(/retrain\.gate.*retrain: Unrecognized key/);
  });
});
