import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ParameterState } from '../devices/device.ts';
import { newestCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true }));

function parameters(value: number): ParameterState[] {
  const filled = () => new Float32Array(4).fill(value);
  return [{ name: 'w', shape: [2, 2], weights: filled(), first: filled(), second: filled() } as ParameterState];
}
const write = (step: number, bestStep?: number) =>
  writeCheckpoint(
    folder,
    {
      ...{ key: 'k', step, seconds: step / 10, losses: [] },
      ...(bestStep && {
        best: { step: bestStep, loss: 1, weights: new Map([['w', new Float32Array(4).fill(bestStep)]]) },
      }),
    },
    parameters(step),
  );
const resume = async (key = 'k') => {
  const into = parameters(-1);
  return { state: await readCheckpoint(folder, key, into), value: into[0]?.weights[0] };
};

it('goes on from the highest step, as a number and not as a name', async () => {
  await write(900);
  await write(1000);
  expect(await resume()).toMatchObject({ state: { step: 1000, seconds: 100 }, value: 1000 });
  expect(await newestCheckpoint(folder)).toEqual({
    step: 1000,
    files: ['state-1000.safetensors', 'checkpoint-1000.json'],
  });
});

it('goes on from the one before where the newest is damaged, or has no manifest yet', async () => {
  for (const step of [1, 2, 3]) await write(step);
  const file = join(folder, 'state-3.safetensors');
  const damaged = await readFile(file);
  damaged[damaged.length - 1] ^= 1;
  await writeFile(file, damaged);
  expect(await resume()).toMatchObject({ state: { step: 2 }, value: 2 });
  await rm(join(folder, 'checkpoint-3.json'));
  expect(await resume()).toMatchObject({ state: { step: 2 }, value: 2 });
  await rm(join(folder, 'state-2.safetensors'));
  expect(await resume()).toEqual({ state: undefined, value: -1 });
});

it('takes nothing from another training', async () => {
  await write(1);
  expect(await resume('another')).toEqual({ state: undefined, value: -1 });
});

it('keeps two, and the best weights for as long as they are the best, written once', async () => {
  for (const step of [10, 20, 30]) await write(step, 10);
  expect((await readdir(folder)).sort()).toEqual(
    ['best-10', 'state-20', 'state-30']
      .map((name) => `${name}.safetensors`)
      .concat('checkpoint-20.json', 'checkpoint-30.json')
      .sort(),
  );
  expect((await resume()).state?.best?.weights.get('w')?.[0]).toBe(10);
  await write(40, 40);
  await write(50, 40);
  expect((await readdir(folder)).filter((name) => name.startsWith('best'))).toEqual(['best-40.safetensors']);
  expect((await resume()).state?.best).toMatchObject({ step: 40, loss: 1 });
});
