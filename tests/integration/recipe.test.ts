import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Recipe } from '../../core/contracts/recipe.ts';
import { hashFile } from '../../core/primitives/hash.ts';
import type { ProcessResult } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { randomDataset, TINY_BERT } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';

interface Result {
  readonly model: string;
  readonly report: string;
  readonly recipe: Recipe;
}

describe('a run whose recipe is left to Hone', () => {
  const harness = useHarness();
  let project: Project;
  const data = ['--dataset', 'train.json', '--validation', 'val.json', '--model', TINY_BERT, '--json', '--epochs', '8'];
  const run = (...args: string[]) => project.hone(['run', ...data, ...args]);
  let first: ProcessResult;
  let result: Result;

  beforeAll(async () => {
    project = await createProject(harness);
    await project.write({ 'train.json': randomDataset(130, 1), 'val.json': randomDataset(20, 2) });
    first = await run();
    result = lastJson(first);
  });

  it('tries learning rates and merges on training questions, and says what it chose', async () => {
    const { options, merge, calibration, search } = result.recipe;
    expect(calibration).toMatchObject({ scale: options.scale, pairs: 120 });
    const tried = (search?.trials ?? []).flatMap(({ learningRate, scores }) =>
      scores.map((score) => ({ learningRate, merge: score.merge, loss: score.development.loss })),
    );
    expect(tried.map((trial) => trial.learningRate)).toEqual([2e-5, 5e-5, 1e-4].flatMap((rate) => Array(4).fill(rate)));
    // The best, or a milder one that the questions cannot tell from it.
    const [best] = tried.toSorted((a, b) => a.loss - b.loss);
    const chosen = tried.find((trial) => trial.learningRate === options.learningRate && trial.merge === merge);
    expect(chosen?.loss).toBeLessThan(search?.base.development.loss ?? 0);
    expect(options.learningRate).toBeLessThanOrEqual(best?.learningRate ?? 0);
    expect(JSON.stringify(search)).not.toContain('losses');
    expect(first.stderr).toContain(`scale ${options.scale}`);
    const page = await readFile(result.report, 'utf8');
    expect(page).toContain('Loss of the trials');
  });

  it('repeats no trial when it runs again', async () => {
    const again = await run();
    expect(again.stderr).toMatch(/train +.*reused/);
    expect(lastJson(again).recipe).toEqual(result.recipe);
  });

  it('ends with the same bytes if it is killed in a trial', async () => {
    const other = await createProject(harness);
    await other.write({ 'train.json': randomDataset(130, 1), 'val.json': randomDataset(20, 2) });
    const args = ['run', ...data];
    const killed = other.start(args);
    // Ended: the others run.
    await killed.waitForLog(/trial \d of 3 · rate [\d.]+.* · development loss/);
    killed.killGroup();
    await killed.ended;
    const ended = lastJson(await other.hone(args));
    const comparable = ({ recipe: { search, ...chosen } }: Result) => [
      chosen,
      search?.trials.map(({ seconds: _, ...trial }) => trial),
    ];
    expect(comparable(ended)).toEqual(comparable(result));
    const weights = (model: string) => hashFile(join(model, 'model.safetensors'));
    expect(await weights(ended.model)).toBe(await weights(result.model));
  });

  it('trains as llama-index does if asked to', async () => {
    const { recipe } = lastJson(await run('--recipe', 'llama-index'));
    expect(recipe).toEqual({ options: expect.objectContaining({ scale: 20, learningRate: 2e-5 }), merge: 1 });
  });
});
