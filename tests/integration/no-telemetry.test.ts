import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject } from '../harness/project.ts';
import { TINY_BERT } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';

const harness = useHarness();

it('reports nothing to the maker of ONNX Runtime', async () => {
  // Its telemetry begins with an id of the machine in the home folder, and a log in that for temporary files.
  const home = await harness.folder();
  const project = await createProject(harness, { HOME: home, TMPDIR: join(home, 'tmp'), XDG_CACHE_HOME: '' });
  await mkdir(join(home, 'tmp'));
  await cp(TINY_BERT, join(project.folder, 'model'), { recursive: true });
  const exported = await project.hone(['model', 'export', 'model', '--json']);
  expect(exported.code).toBe(0);
  const left = await readdir(home, { recursive: true });
  expect(left.filter((path) => /mat-debug|\.ses$|Microsoft|onnxruntime/i.test(path))).toEqual([]);
});
