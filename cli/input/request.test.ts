import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { type RunFlags, requestOf, retrainRequestOf } from './request.ts';

const cwd = temporaryFolder('file');
beforeAll(async () => {
  await mkdir(cwd.join('conf'), { recursive: true });
  await mkdir(cwd.join('models/mine'), { recursive: true });
});

const parsed = (documents: string[], flags: RunFlags = {}) => requestOf(documents, flags, cwd.path);
const requested = async (documents: string[], flags: RunFlags = {}) => (await parsed(documents, flags)).request;
async function withConfig(text: string | Uint8Array, flags: RunFlags = {}, documents: string[] = []) {
  await writeFile(cwd.join('conf/run.yaml'), text);
  return requested(documents, { ...flags, config: 'conf/run.yaml' });
}

describe('the run that a command line asks for', () => {
  it('has the value of every flag in its field of the run input', async () => {
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
    expect(await requested(['docs', '/abs/a.md', 's3://bucket/x/'], flags)).toEqual({
      documents: [cwd.join('docs'), '/abs/a.md', 's3://bucket/x/'],
      model: 'BAAI/bge-base-zh-v1.5',
      questions: { from: 'headings', mode: 'auto', perChunk: 3, language: 'zh' },
      training: { epochs: 1, batchSize: 8, learningRate: 1e-5, maxLength: 128, seed: 0 },
      evaluation: { compareWith: ['text-embedding-3-small'], alsoOn: [cwd.join('other.json')] },
      publish: { name: 'handbook' },
    });
  });

  it('leaves out what was not given, so that the schema alone has defaults', async () => {
    expect(await requested(['docs'])).toEqual({ documents: [cwd.join('docs')] });
  });

  it('comes with the validated input, defaults filled in', async () => {
    const { request, input } = await parsed(['docs'], { epochs: 3 });
    expect(input).toEqual(parseRunInput(request));
    expect(input.training).toMatchObject({ epochs: 3, batchSize: 10 });
  });

  it('has a dataset instead of documents', async () => {
    expect(await requested([], { dataset: 'train.json', validation: 'val.json' })).toEqual({
      dataset: { train: cwd.join('train.json'), validation: cwd.join('val.json') },
    });
  });

  it('has the path of an existing model folder, and any other model by name', async () => {
    expect((await requested(['d'], { model: 'models/mine' })).model).toBe(cwd.join('models/mine'));
    expect((await requested(['d'], { model: './gone' })).model).toBe(cwd.join('gone'));
    expect((await requested(['d'], { model: 'models/theirs' })).model).toBe('models/theirs');
    expect((await requested(['d'], { model: 'pypi:some-model' })).model).toBe('pypi:some-model');
  });

  it('is refused with half a dataset, with neither documents nor dataset, and with both', async () => {
    await expect(requested([], { dataset: 'a.json' })).rejects.toThrow('--dataset was given without --validation');
    await expect(requested([], { validation: 'a.json' })).rejects.toThrow('--validation was given without --dataset');
    await expect(requested([])).rejects.toThrow('Neither documents nor a dataset');
    await expect(requested(['d'], { dataset: 'a', validation: 'b' })).rejects.toThrow('either documents or dataset');
  });

  it('is refused with every error and its field, before anything is started', async () => {
    const bad = requested(['d'], { epochs: 0, perChunk: 99, publish: 'no spaces' });
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
  it('is a run input whose paths are relative to its folder', async () => {
    const request = await withConfig(`
documents: [docs, "wiki/**/*.md", /abs]
model: ../models/mine
questions: { ledger: ledger.jsonl, perChunk: 4 }
evaluation: { alsoOn: [general.json] }
`);
    expect(request).toEqual({
      documents: [cwd.join('conf/docs'), cwd.join('conf/wiki/**/*.md'), '/abs'],
      model: cwd.join('models/mine'),
      questions: { ledger: cwd.join('conf/ledger.jsonl'), perChunk: 4 },
      evaluation: { alsoOn: [cwd.join('conf/general.json')] },
    });
  });

  it('may be JSON', async () => {
    const request = await withConfig('{"dataset": {"train": "t.json", "validation": "v.json"}, "title": "表格"}');
    expect(request).toEqual({
      dataset: { train: cwd.join('conf/t.json'), validation: cwd.join('conf/v.json') },
      title: '表格',
    });
  });

  it('is overridden field by field by flags', async () => {
    const request = await withConfig('{documents: [docs], training: {epochs: 5, seed: 7}}', { epochs: 1 });
    expect(request.training).toEqual({ epochs: 1, seed: 7 });
  });

  it('loses its documents or dataset to a flag that gives either', async () => {
    const request = await withConfig('{documents: [docs]}', { dataset: 'train.json', validation: 'v.json' });
    expect(request.documents).toBeUndefined();
    const other = await withConfig('{dataset: {train: t, validation: v}}', {}, ['docs']);
    expect(other).toEqual({ documents: [cwd.join('docs')] });
  });

  it('is refused with its name if it is missing, malformed, not an object, or has unknown fields', async () => {
    await expect(requested([], { config: 'none.yaml' })).rejects.toThrow(/none.yaml does not exist/);
    await expect(withConfig('documents: [')).rejects.toThrow(/run.yaml is neither YAML nor JSON/);
    await expect(withConfig('- a\n- b')).rejects.toThrow(/run.yaml has no fields/);
    await expect(withConfig('')).rejects.toThrow(/run.yaml has no fields/);
    await expect(withConfig('{documents: [a], epochs: 2}')).rejects.toThrow(/epochs/);
    await expect(withConfig('{documents: a}')).rejects.toThrow(/documents: /);
    // GBK, of which a prompt would have lost every character.
    const gbk = Buffer.from('documents: [a]\nquestions: { prompt: "\xce\xca\xcc\xe2{context_str}" }', 'latin1');
    await expect(withConfig(gbk)).rejects.toThrow(/run.yaml is not UTF-8 \(line 2\)/);
  });
});

describe('the retraining that a config file asks for', () => {
  const retraining = async (text: string) => {
    await writeFile(cwd.join('conf/retrain.yaml'), text);
    return retrainRequestOf('conf/retrain.yaml', cwd.path);
  };

  it('is the file, with absolute paths and the defaults filled in', async () => {
    const { request, input } = await retraining(
      'documents: [docs]\npublish: { name: handbook }\nretrain: { generalSet: general.json, gate: not-worse }\n',
    );
    expect(request).toMatchObject({ documents: [cwd.join('conf/docs')] });
    expect(input.retrain).toEqual({
      minChangedShare: 0.02,
      gate: 'not-worse',
      generalSet: cwd.join('conf/general.json'),
      maxGeneralDrop: 0.01,
    });
  });

  it('is refused without a name, with a dataset instead of documents, and with other errors', async () => {
    await expect(retraining('documents: [docs]\n')).rejects.toThrow('publish.name: is needed');
    await expect(retraining('dataset: { train: a, validation: b }\npublish: { name: handbook }\n')).rejects.toThrow(
      'retraining compares documents',
    );
    await expect(
      retraining('documents: [docs]\npublish: { name: handbook }\nretrain: { gate: maybe, minShare: 1 }\n'),
    ).rejects.toThrow(/retrain\.gate.*retrain: Unrecognized key/);
  });
});
