import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import type { StageProgress } from '../../contracts/progress.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import { openEncoder } from '../../encoder/encoder.ts';
import { SafetensorsFile } from '../../encoder/files/safetensors.ts';
import { hashFile } from '../../primitives/hash.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { newestCheckpoint } from '../checkpoints/checkpoint.ts';
import { copyDivergingModel } from '../recorded.fixture.ts';
import { type TrainHooks, train } from '../train.ts';
import { childOf, isAlive } from './processes.fixture.ts';
import { runTrainer, type TrainJob } from './run-trainer.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const PARTS = ['pumps', 'valves', 'filters', 'seals', 'fans', 'belts', 'gears', 'motors', 'hoses'];
const DATASET = {
  queries: Object.fromEntries(
    PARTS.flatMap((s, i) => [
      [`q${i}a`, `who checks ${s}?`],
      [`q${i}b`, `when are ${s} due?`],
    ]),
  ),
  corpus: Object.fromEntries(PARTS.map((s, i) => [`c${i}`, `the ${s} of hall ${i} are seen to on day ${i * 3}.`])),
  relevant_docs: Object.fromEntries(
    PARTS.flatMap((_, i) => [
      [`q${i}a`, [`c${i}`]],
      [`q${i}b`, [`c${i}`]],
    ]),
  ),
  mode: 'text',
};
const withHardNegatives = {
  ...DATASET,
  hard_negatives: Object.fromEntries(PARTS.map((_, i) => [`q${i}a`, [`c${(i + 1) % 9}`, `c${(i + 2) % 9}`]])),
};

// A process and the runtime must start, also on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder('file');
let jobs = 0;

async function newJob(options: Partial<TrainingOptions> = {}, dataset: unknown = DATASET): Promise<TrainJob> {
  const at = folder.join(String(jobs++));
  await mkdir(at);
  await writeFile(join(at, 'train.json'), JSON.stringify(dataset));
  return {
    modelFolder: MODEL,
    dataset: join(at, 'train.json'),
    options: TrainingOptions.parse({ epochs: 3, batchSize: 4, learningRate: 1e-3, ...options }),
    outputFolder: join(at, 'model'),
    checkpointFolder: join(at, 'checkpoint'),
    threads: 1,
  };
}

const quiet: TrainHooks = { onProgress: () => {}, stopping: () => false };
const never = () => new AbortController().signal;
const mean = (losses: { loss: number }[]) => losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;
const stopAfter = (steps: number): TrainHooks => ({ ...quiet, stopping: () => --steps === 0 });

describe('training', () => {
  it('lowers the loss, and saves a folder with all files of the base model', async () => {
    const job = await newJob({ epochs: 12, dropout: 0 });
    const outcome = await train(job, quiet);
    expect(outcome?.steps).toBe(outcome?.losses.length);
    expect(outcome?.exportDrift).toBeLessThan(1e-6);
    expect(mean(outcome?.losses.slice(-5) ?? [])).toBeLessThan(0.7 * mean(outcome?.losses.slice(0, 5) ?? []));
    expect(outcome?.sha256).toBe(await hashFile(join(job.outputFolder, 'model.safetensors')));
    const files = async (at: string) => (await readdir(at, { recursive: true })).sort();
    expect(await files(job.outputFolder)).toEqual([...(await files(MODEL)), 'onnx', 'onnx/model.onnx'].sort());
    const encoder = await openEncoder(job.outputFolder, { threads: 1 });
    expect(await encoder.embed(['pumps'])).not.toEqual(
      await (await openEncoder(MODEL, { threads: 1 })).embed(['pumps']),
    );
  });

  it('gives the same bytes every time, whether interrupted or not', async () => {
    const whole = await train(await newJob(), quiet);
    expect((await train(await newJob(), quiet))?.sha256).toBe(whole?.sha256);
    const job = await newJob();
    expect(await train(job, stopAfter(4))).toBeUndefined();
    expect(await train(job, stopAfter(5))).toBeUndefined();
    const resumed = await train(job, quiet);
    expect(resumed?.sha256).toBe(whole?.sha256);
    expect(resumed?.losses).toEqual(whole?.losses);
    expect((await train(await newJob({ seed: 43 }), quiet))?.sha256).not.toBe(whole?.sha256);
  });

  it.each<[string, Partial<TrainingOptions>, number?]>([
    ['hard negatives in mini-batches', { miniBatchSize: 5, negativesPerQuery: 1 }],
    ['low-rank adapters', { lora: { rank: 2, alpha: 4 }, learningRate: 1e-2 }],
    // A 16 by 16 matrix over random embeddings cannot lower it further.
    ['a query adapter', { adapter: 'query', learningRate: 1e-2, epochs: 40, negativesPerQuery: 0 }, 0.8],
    ['shared passages', { sharedPassages: true, epochs: 30, negativesPerQuery: 0 }],
  ])('lowers the loss with %s', async (_, options, most = 0.7) => {
    const losses =
      (await train(await newJob({ epochs: 12, dropout: 0, ...options }, withHardNegatives), quiet))?.losses ?? [];
    expect(mean(losses.slice(-5))).toBeLessThan(most * mean(losses.slice(0, 5)));
  });

  it.each<[string, Partial<TrainingOptions>]>([
    ['accumulated mini-batches with hard negatives', { accumulate: 2, miniBatchSize: 5, negativesPerQuery: 1 }],
    ['all terms of the loss', { symmetric: true, falseNegativeMargin: 0.1, matryoshka: [16, 8] }],
    ['frozen parameters', { freeze: { embeddings: true, layers: 1 } }],
    ['prompts', { prompts: { query: 'ask: ', passage: 'tell: ' } }],
    ['a query adapter', { adapter: 'query', learningRate: 1e-2, prompts: { passage: 'tell: ' } }],
    ['low-rank adapters', { lora: { rank: 2, alpha: 4 }, learningRate: 1e-2 }],
  ])('gives the same bytes with %s, whether interrupted or not', async (_, options) => {
    const whole = await train(await newJob(options, withHardNegatives), quiet);
    const job = await newJob(options, withHardNegatives);
    expect(await train(job, stopAfter(3))).toBeUndefined();
    expect((await train(job, quiet))?.sha256).toBe(whole?.sha256);
    expect(whole?.samples).toBe(3 * 18);
    expect(whole?.sha256).not.toBe(await hashFile(join(MODEL, 'model.safetensors')));
  });

  it('with early stopping saves the weights with the lowest held-out loss, whether interrupted or not, and ends when patience is exhausted', async () => {
    // The learning rate is far too high, so that the loss rises after some steps.
    const options = {
      ...{ epochs: 12, learningRate: 0.05, dropout: 0, warmupRatio: 0 },
      earlyStopping: { share: 0.25, every: 2, patience: 4 },
    } satisfies Partial<TrainingOptions>;
    const whole = await train(await newJob(options), quiet);
    const heldOut = whole?.losses.filter(({ heldOut }) => heldOut !== undefined) ?? [];
    const best = heldOut.reduce((a, b) => ((b.heldOut as number) < (a.heldOut as number) ? b : a));
    expect(whole?.bestStep).toBe(best.step);
    expect(whole?.bestStep).toBeLessThan(whole?.steps as number);
    expect(heldOut.filter(({ step }) => step > best.step)).toHaveLength(4);

    const job = await newJob(options);
    expect(await train(job, stopAfter(best.step + 3))).toBeUndefined();
    const resumed = await train(job, quiet);
    expect(resumed?.sha256).toBe(whole?.sha256);
    expect(resumed?.losses).toEqual(whole?.losses);
    const { earlyStopping: _, ...without } = options;
    expect((await train(await newJob(without), quiet))?.sha256).not.toBe(whole?.sha256);
  });

  it('with low-rank adapters changes no other weights, and keeps checkpoints small', async () => {
    const job = await newJob({ lora: { rank: 2, alpha: 4, targets: ['query'] }, learningRate: 1e-2 });
    await train(job, stopAfter(3));
    const [state] = (await readdir(job.checkpointFolder)).filter((name) => name.startsWith('state-'));
    const checkpoint = await SafetensorsFile.open(join(job.checkpointFolder, state as string));
    expect([...checkpoint.tensors.keys()].every((name) => /query\.lora_[AB]\.weight$/.test(name))).toBe(true);
    await checkpoint.close();
    await train(job, quiet);
    const [before, after] = await Promise.all(
      [MODEL, job.outputFolder].map((at) => SafetensorsFile.open(join(at, 'model.safetensors'))),
    );
    for (const name of before?.tensors.keys() ?? []) {
      const same = (await before?.read(name))?.equals((await after?.read(name)) as Buffer);
      expect.soft(same, name).toBe(!name.endsWith('query.weight'));
    }
    await Promise.all([before?.close(), after?.close()]);
  });

  it('with prompts saves a model that puts them before texts', async () => {
    const job = await newJob({ prompts: { query: 'ask: ' } });
    await train(job, quiet);
    const encoder = await openEncoder(job.outputFolder, { threads: 1 });
    expect(await encoder.embed(['pumps'], { as: 'query' })).toEqual(await encoder.embed(['ask: pumps']));
    expect(await encoder.embed(['pumps'], { as: 'passage' })).toEqual(await encoder.embed(['pumps']));
  });

  it.each([8, 30])('with a maximum length of %d saves it for whoever loads the model', async (maxLength) => {
    for (const options of [{}, { adapter: 'query' as const }]) {
      const job = await newJob({ maxLength, ...options });
      await train(job, quiet);
      const saved = async (file: string) => JSON.parse(await readFile(join(job.outputFolder, file), 'utf8'));
      expect(await saved('sentence_bert_config.json')).toMatchObject({ max_seq_length: maxLength });
      expect(await saved('tokenizer_config.json')).toMatchObject({ model_max_length: maxLength });
      expect(await saved('tokenizer.json')).toMatchObject({ truncation: { max_length: maxLength } });
      const text = 'who checks the pumps of hall 2? '.repeat(8);
      const [asSaved] = await (await openEncoder(job.outputFolder, { threads: 1 })).embed([text]);
      const [asTrained] = await (await openEncoder(job.outputFolder, { threads: 1, maxLength })).embed([text]);
      expect(asSaved).toEqual(asTrained);
    }
  });

  it('trains no step again if only saving the model fails', async () => {
    const job = await newJob();
    const whole = await train(await newJob(), quiet);
    // A file where the folder of the model should be.
    await writeFile(`${job.outputFolder}.partial`, '');
    const blocked = { ...job, outputFolder: join(`${job.outputFolder}.partial`, 'model') };
    await expect(train(blocked, quiet)).rejects.toThrow();
    const trainsAgain = { ...quiet, stopping: () => expect.unreachable('a step was trained again') };
    const resumed = await train(job, trainsAgain);
    expect(resumed?.sha256).toBe(whole?.sha256);
    expect(resumed?.steps).toBe(whole?.steps);
  });

  it('leaves the settings of texts as they are if it is given no maximum length', async () => {
    const job = await newJob();
    await train(job, quiet);
    for (const file of ['sentence_bert_config.json', 'tokenizer_config.json', 'tokenizer.json'])
      expect(await hashFile(join(job.outputFolder, file))).toBe(await hashFile(join(MODEL, file)));
  });

  it('with a query adapter changes neither the weights nor the embeddings of passages', async () => {
    const job = await newJob({ adapter: 'query', learningRate: 1e-2 });
    const outcome = await train(job, quiet);
    const [base, tuned] = await Promise.all([MODEL, job.outputFolder].map((at) => openEncoder(at, { threads: 1 })));
    const weights = (at: string) => hashFile(join(at, 'model.safetensors'));
    expect(await weights(job.outputFolder)).toBe(await weights(MODEL));
    expect(outcome?.sha256).toBe(await weights(join(job.outputFolder, '3_Router', 'query_0_Dense')));
    expect(await tuned?.embed(['pumps'], { as: 'passage' })).toEqual(await base?.embed(['pumps']));
    expect(await tuned?.embed(['pumps'], { as: 'query' })).not.toEqual(await base?.embed(['pumps'], { as: 'query' }));
    // Neither another adapter nor the model itself can be trained from there, which is said before the first step.
    for (const options of [
      job.options,
      (await newJob()).options,
      (await newJob({ lora: { rank: 2, alpha: 2 } })).options,
    ]) {
      const further = { ...(await newJob()), modelFolder: job.outputFolder, options };
      const onProgress = () => expect.unreachable('training began');
      await expect(train(further, { ...quiet, onProgress })).rejects.toThrow('a query adapter already');
    }
  });

  it('starts from the beginning if the checkpoint is damaged or of another job', async () => {
    const whole = await train(await newJob(), quiet);
    const damaged = await newJob();
    await train(damaged, stopAfter(4));
    const [state] = (await readdir(damaged.checkpointFolder)).filter((name) => name.startsWith('state-'));
    await truncate(join(damaged.checkpointFolder, state as string), 1000);
    expect((await train(damaged, quiet))?.sha256).toBe(whole?.sha256);
    const other = await newJob({ learningRate: 5e-3 });
    await train(other, stopAfter(4));
    expect((await train({ ...(await newJob()), checkpointFolder: other.checkpointFolder }, quiet))?.sha256).toBe(
      whole?.sha256,
    );
  });

  it('saves tensors that are not trained unchanged', async () => {
    const job = await newJob();
    await train(job, quiet);
    const [before, after] = await Promise.all(
      [MODEL, job.outputFolder].map((at) => SafetensorsFile.open(join(at, 'model.safetensors'))),
    );
    expect([...(after?.tensors.keys() ?? [])]).toEqual([...(before?.tensors.keys() ?? [])]);
    expect(await after?.read('pooler.dense.weight')).toEqual(await before?.read('pooler.dense.weight'));
    await Promise.all([before?.close(), after?.close()]);
  });

  it('names step and queries when training diverges', async () => {
    const job = await newJob();
    const modelFolder = join(job.checkpointFolder, 'model');
    await copyDivergingModel(MODEL, modelFolder);
    await expect(train({ ...job, modelFolder }, quiet)).rejects.toThrow(/diverged at step 1: .*queries q\d/);
  });

  it.each([
    [
      'a dangling passage',
      { ...DATASET, relevant_docs: { ...DATASET.relevant_docs, q0a: ['nowhere'] } },
      /q0a has the relevant passage nowhere, which is not in corpus/,
    ],
    ['a query without a passage', { ...DATASET, relevant_docs: {} }, /q0a has no entry in relevant_docs/],
    ['not a dataset', { questions: [] }, /has 3 faults, first: queries: /],
    [
      'a single passage',
      { ...DATASET, relevant_docs: Object.fromEntries(Object.keys(DATASET.queries).map((q) => [q, ['c0']])) },
      /same passage/,
    ],
  ])('refuses a dataset: %s', async (_, dataset, message) => {
    const failure = await train(await newJob({}, dataset), quiet).catch((error) => error);
    expect(failure).toBeInstanceOf(Fault);
    expect(failure.message).toMatch(message);
    expect(failure.retryable).toBe(false);
  });
});

describe('the training process', () => {
  it('gives the same result as training in this process, and reports progress', async () => {
    const seen: StageProgress[] = [];
    const outcome = await runTrainer(await newJob(), { signal: never(), onProgress: (p) => seen.push(p) });
    expect(outcome.sha256).toBe((await train(await newJob(), quiet))?.sha256);
    expect(seen.at(-1)).toMatchObject({ done: outcome.steps, total: outcome.steps, unit: 'steps' });
  });

  it('on abort stops after a step, writes a checkpoint, and resumes from it', async () => {
    const job = await newJob({ epochs: 400 });
    const controller = new AbortController();
    const reason = new Error('enough');
    let checkpoints = 0;
    const running = runTrainer(job, {
      signal: controller.signal,
      onProgress: ({ done }) => done > 3 && controller.abort(reason),
      onCheckpoint: () => checkpoints++,
    });
    await expect(running).rejects.toBe(reason);
    expect(checkpoints).toBe(1);
    const step = (await newestCheckpoint(job.checkpointFolder))?.step;
    const seen: number[] = [];
    const again = new AbortController();
    await runTrainer(job, {
      signal: again.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        again.abort(reason);
      },
    }).catch(() => {});
    expect(seen[0]).toBe(step);
    expect(step).toBeGreaterThan(3);
  });

  it.runIf(process.platform === 'linux')(
    'ends at once on abort before its first step, while it tokenises',
    async () => {
      const controller = new AbortController();
      let checkpoints = 0;
      const options = { signal: controller.signal, onProgress: () => {}, onCheckpoint: () => checkpoints++ };
      const running = runTrainer(await newJob({ epochs: 1000 }), options);
      await childOf(process.pid, 'trainer-child');
      controller.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
      expect(checkpoints).toBe(0);
    },
  );

  it('rethrows the faults of its child', async () => {
    const job = { ...(await newJob()), modelFolder: folder.join('nothing') };
    const failure = await runTrainer(job, { signal: never(), onProgress: () => {} }).catch((error) => error);
    expect(failure).toBeInstanceOf(Fault);
    expect(failure.message).toContain('config.json is missing');
    expect(failure.kind).toBe('input');
  });

  it.runIf(process.platform === 'linux')('ignores SIGINT and SIGTERM, which its parent handles', async () => {
    const controller = new AbortController();
    let checkpoints = 0;
    let sent = false;
    const running = runTrainer(await newJob({ epochs: 5_000 }), {
      signal: controller.signal,
      onProgress: async ({ done }) => {
        if (done < 3 || sent) return;
        sent = true;
        const child = await childOf(process.pid, 'trainer-child');
        for (const signal of ['SIGINT', 'SIGTERM']) process.kill(child, signal);
        controller.abort(new Error('enough'));
      },
      onCheckpoint: () => checkpoints++,
    });
    await expect(running).rejects.toThrow('enough');
    expect(checkpoints).toBe(1);
  });

  it.runIf(process.platform === 'linux')('reports a killed child as out of memory', async () => {
    const running = runTrainer(await newJob({ epochs: 1000 }), { signal: never(), onProgress: () => {} });
    process.kill(await childOf(process.pid, 'trainer-child'), 'SIGKILL');
    await expect(running).rejects.toMatchObject({ name: 'Fault', kind: 'exhausted', retryable: true });
  });

  it.runIf(process.platform === 'linux')('ends a child that hangs, and says so', async () => {
    const patience = { first: 60_000, later: 400, times: 30 };
    let reports = 0;
    const onProgress = async () => {
      if (++reports === 3) process.kill(await childOf(process.pid, 'trainer-child'), 'SIGSTOP');
    };
    const failure = await runTrainer(await newJob({ epochs: 10_000 }), {
      signal: never(),
      onProgress: () => void onProgress(),
      patience,
    }).catch((error) => error);
    expect(failure).toMatchObject({ kind: 'exhausted', message: expect.stringContaining('reported nothing for') });
  });

  it('goes on reporting when the clock is set back', async () => {
    const setBack = 'const now = Date.now; let calls = 0; Date.now = () => now() - (calls++ > 20 ? 36e5 : 0);';
    vi.stubEnv('NODE_OPTIONS', `--import=data:text/javascript,${encodeURIComponent(setBack)}`);
    const controller = new AbortController();
    const running = runTrainer(await newJob({ epochs: 5_000 }), {
      signal: controller.signal,
      onProgress: ({ done }) => done > 60 && controller.abort(new Error('enough')),
    }).finally(() => vi.unstubAllEnvs());
    await expect(running).rejects.toThrow('enough');
  });

  it.runIf(process.platform === 'linux')('ends its child if the parent is killed', async () => {
    const job = await newJob({ epochs: 5_000 });
    const module = new URL('./run-trainer.ts', import.meta.url).href;
    const script = `import { runTrainer } from ${JSON.stringify(module)};
      runTrainer(${JSON.stringify(job)}, { signal: new AbortController().signal, onProgress: ({ done }) => done > 2 && console.log(done) });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(parent.stdout, 'data');
    const child = await childOf(parent.pid as number, 'trainer-child');
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 30_000 });
  });
});
