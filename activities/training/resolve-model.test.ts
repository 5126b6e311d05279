import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeQueryAdapter } from '../../core/encoder/files/query-adapter.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from './resolve-model.ts';

const folder = temporaryFolder();

it('refuses a model with a query adapter before anything is asked or trained', async () => {
  const context = await contextIn(folder.path);
  const model = folder.join('adapted');
  await cp(join(context.base, 'tiny-bert'), model, { recursive: true });
  const roots = [folder.path];
  expect((await resolveModel({ ...context, roots }, { model })).output.dimension).toBe(16);
  const identity = Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0));
  await writeQueryAdapter(model, identity, 16);
  await expect(resolveModel({ ...context, roots }, { model })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('query adapter'),
  });
});
