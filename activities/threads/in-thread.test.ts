import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import type { StepContext } from '../runtime/context.ts';
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

it('measures in the worker what a step does with the store', async () => {
  const measured: unknown[] = [];
  const measure: StepContext['measure'] = (name, _value, ...[labels]) => measured.push([name, labels]);
  const context = await contextIn(folder.path, { roots: [folder.path], measure });
  const location = folder.join('dataset.json');
  await writeFile(location, JSON.stringify({ queries: { q: 'a' }, corpus: { p: 'b' }, relevant_docs: { q: ['p'] } }));
  const { output } = await inThread('importDataset')(context, { location });
  expect(output).toMatchObject({ queries: 1, passages: 1 });
  expect(measured).toContainEqual(['hone_store_seconds', { operation: 'put-object', outcome: 'done' }]);
});

it('ends soon after an abort, with its reason', async () => {
  const context = await contextIn(folder.path, { roots: [folder.path] });
  const stop = new AbortController();
  const running = inThread('ingest')({ ...context, signal: stop.signal }, { documents: [folder.path] });
  stop.abort(new Error('the run is paused'));
  await expect(running).rejects.toThrow('the run is paused');
});
