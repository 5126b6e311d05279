import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { inThread } from './in-thread.ts';

const folder = temporaryFolder();

it('fails in a thread with the fault of the step', async () => {
  const context = await contextIn(folder.path, { roots: [folder.path] });
  const location = folder.join('dataset.json');
  await writeFile(location, '{"queries": {}}');
  await expect(inThread('importDataset')(context, { location })).rejects.toMatchObject({
    name: 'Fault',
    kind: 'input',
    message: expect.stringContaining('dataset.json'),
    details: expect.arrayContaining([expect.stringContaining('corpus')]),
  });
});
