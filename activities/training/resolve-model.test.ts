import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeQueryAdapter } from '../../core/encoder/files/query-adapter.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import type { StepContext } from '../runtime/context.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from './resolve-model.ts';

const folder = temporaryFolder();
afterEach(() => vi.unstubAllEnvs());

/** A copy of a small model at a path that a run may read. */
async function modelAt(name: string): Promise<{ context: StepContext; model: string }> {
  const context = { ...(await contextIn(folder.path)), roots: [folder.path] };
  const model = folder.join(name);
  await cp(join(context.base, 'tiny-bert'), model, { recursive: true });
  return { context, model };
}

it('refuses a model with a query adapter before anything is asked or trained', async () => {
  const { context, model } = await modelAt('adapted');
  expect((await resolveModel(context, { model })).output.dimension).toBe(16);
  const identity = Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0));
  await writeQueryAdapter(model, identity, 16);
  await expect(resolveModel(context, { model })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('query adapter'),
  });
});

describe('the table of the run says', () => {
  it('that a model which names no prompts has those of its family, unless the run gives others', async () => {
    const { context, model } = await modelAt('multilingual-e5-small');
    const { output, summary } = await resolveModel(context, { model });
    expect(output.prompts).toEqual({ family: 'e5', query: 'query: ', passage: 'passage: ' });
    expect(summary).toContain('(local), prompts as e5, 16 dimensions');
    const given = await resolveModel(context, { model, prompts: { query: '', passage: '' } });
    expect(given.summary).not.toContain('e5,');
    expect((await resolveModel(context, { model: (await modelAt('handbook')).model })).output.prompts).toBeUndefined();
  });

  it('that a folder without modules.json gets the pooling that sentence-transformers gives it', async () => {
    const { context, model } = await modelAt('plain');
    await rm(join(model, 'modules.json'));
    const { output, summary } = await resolveModel(context, { model });
    expect(output).toMatchObject({ pooling: 'mean', poolingIsDefault: true });
    expect(summary).toContain('mean pooling, as it has no modules.json');
  });
});

describe('a hub that cannot be reached', () => {
  const unreachable = async (job: { endIfUnreachable?: boolean }, silentForMs: number) => {
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
    const context = await contextIn(folder.path, { remembered: { silentMs: silentForMs } });
    return resolveModel(context, { model: 'acme/tiny', ...job }).catch((error) => error);
  };

  it('ends a run that a person has started within a minute, with advice', async () => {
    expect(await unreachable({ endIfUnreachable: true }, 0)).toMatchObject({ retryable: true });
    expect(await unreachable({ endIfUnreachable: true }, 31_000)).toMatchObject({
      kind: 'unavailable',
      retryable: false,
      advice: expect.stringMatching(/HF_ENDPOINT=https:\/\/hf-mirror\.com.*modelscope:acme\/tiny/),
    });
  });

  it('is tried again after a sleep of the machine', async () => {
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
    let remembered: unknown;
    const attempt = async () => {
      const context = await contextIn(folder.path, { remembered, remember: (value) => (remembered = value) });
      return resolveModel(context, { model: 'acme/tiny', endIfUnreachable: true }).catch((error) => error);
    };
    expect(await attempt()).toMatchObject({ retryable: true });
    const wake = Date.now() + 3_600_000;
    vi.spyOn(Date, 'now').mockReturnValue(wake);
    expect(await attempt()).toMatchObject({ retryable: true });
    vi.mocked(Date.now).mockRestore();
    expect(remembered).toMatchObject({ silentMs: expect.any(Number) });
  });

  it('is tried again for as long as it takes by a scheduled run', async () => {
    expect(await unreachable({}, 3_600_000)).toMatchObject({ retryable: true });
  });
});
