import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { runRecord } from '../../core/report/report.fixture.ts';
import { eventFile } from '../../core/tracking/event-file.ts';
import { trackInMlflow } from '../../core/tracking/mlflow.ts';
import { trackedRun } from '../../core/tracking/tracked-run.ts';
import { freePorts } from '../harness/restartable-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { TRACKERS_VENV } from './peers.ts';

const harness = useHarness();
const run = promisify(execFile);
/** More points than MLflow takes in one request. */
const LOSSES = Array.from({ length: 700 }, (_, i) => ({
  step: i + 1,
  loss: 1 / 2 ** i,
  learningRate: 1e-5,
  gradientNorm: 3,
}));
const RUN = trackedRun(runRecord(), LOSSES, '<html>the report</html>');

const READ_EVENTS = `
import sys, json
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0}); events.Reload()
scalars = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
print(json.dumps([scalars, events.Tensors("parameters")[0].tensor_proto.string_val[0].decode()]))
`;

it('TensorBoard reads the event file of a run', async () => {
  const folder = await harness.folder();
  await writeFile(join(folder, 'events.out.tfevents.hone'), eventFile(RUN, 1.7e9));
  const { stdout } = await run(`${TRACKERS_VENV}/bin/python`, ['-c', READ_EVENTS, folder], { maxBuffer: 1 << 26 });
  const [scalars, parameters] = JSON.parse(stdout);
  expect(scalars['train/loss'].slice(0, 3)).toEqual([
    [1, 1],
    [2, 0.5],
    [3, 0.25],
  ]);
  expect(scalars['train/loss']).toHaveLength(LOSSES.length);
  expect(Object.keys(scalars)).toContain('tuned/hit@5');
  expect(parameters).toContain('| scale | 71 |');
});

it('an MLflow server has a run with its curves, options and report, once', async () => {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const store = `sqlite:///${await harness.folder()}/mlflow.db`;
  const args = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  harness.spawn(`${TRACKERS_VENV}/bin/mlflow`, [...args, '--backend-store-uri', store], {
    cwd: await harness.folder(),
    env: { ...process.env, PATH: `${TRACKERS_VENV}/bin:${process.env.PATH}` },
  });
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitUntil(isUp, 240_000);
  const track = () => trackInMlflow({ url, experiment: 'handbooks' }, RUN, new AbortController().signal);
  const page = await track();
  expect(await track()).toBe(page);
  const [, experiment, id] = /experiments\/(\d+)\/runs\/(\w+)$/.exec(page) ?? [];
  const search = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const body = JSON.stringify({ experiment_ids: [experiment] });
  const { runs } = JSON.parse(await (await fetch(`${url}/api/2.0/mlflow/runs/search`, { ...search, body })).text());
  expect(runs).toHaveLength(1);
  expect(runs[0].info).toMatchObject({ run_id: id, status: 'FINISHED' });
  expect(runs[0].data.params).toContainEqual({ key: 'scale', value: '71' });
  const history = `${url}/api/2.0/mlflow/metrics/get-history?run_id=${id}&metric_key=train/loss&max_results=5000`;
  expect(JSON.parse(await (await fetch(history)).text()).metrics).toHaveLength(LOSSES.length);
  const artifact = `${url}/get-artifact?path=report.html&run_uuid=${id}`;
  expect(await (await fetch(artifact)).text()).toBe('<html>the report</html>');
});
