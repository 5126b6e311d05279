import { beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import type { Measure } from '../../core/contracts/metrics.ts';
import { ScheduleWatch } from '../../server/schedule-watch.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer, type TemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** A schedule that is due every second, and no worker: its first retraining waits for ever. */
const harness = useHarness();
let temporal: TemporalServer;
let project: Project;

beforeAll(async () => {
  temporal = await startTemporalServer(harness);
  project = await createProject(harness, { TEMPORAL_ADDRESS: temporal.address });
  const request = { documents: ['docs'], model: TINY_BERT, publish: { name: 'pumps' } };
  const schedule = ['--schedule-id', 'every-second', '--interval', '1s', '--overlap-policy', 'Skip'];
  const action = ['--workflow-id', 'stuck', '--type', 'retrain', '--task-queue', 'hone'];
  await temporal.cli(['schedule', 'create', ...schedule, ...action, '--input', JSON.stringify(request)]);
});

it('the starts that a stuck run makes a schedule skip are counted, and for how long it has been running', async () => {
  const hone = await harness.use(Hone.connect({ address: temporal.address }));
  const values: { overlap: number[]; seconds: number[] } = { overlap: [], seconds: [] };
  const measure: Measure = (name, value, ...[labels]) => {
    if (name === 'hone_schedule_run_seconds') values.seconds.push(value);
    else if (JSON.stringify(labels).includes('overlap')) values.overlap.push((values.overlap.at(-1) ?? 0) + value);
  };
  const tenants = new Map([['default', hone.schedules]]);
  const watch = await harness.use(new ScheduleWatch({ tenants, measure, say: console.error, everyMs: 200 }));
  await waitUntil(() => (values.overlap.at(-1) ?? 0) >= 1);
  const first = values.overlap.at(-1) ?? 0;
  await waitUntil(() => (values.overlap.at(-1) ?? 0) >= first + 2);
  expect(values.seconds.at(-1)).toBeGreaterThan(1);
  watch.close();
  const { skipped } = lastJson(await project.hone(['schedule', 'show', 'every-second', '--json']));
  expect(skipped.overlap).toBeGreaterThanOrEqual(values.overlap.at(-1) ?? Number.NaN);
  expect(skipped.missed).toBe(0);
  const shown = (await project.hone(['schedule', 'show', 'every-second'])).stdout;
  expect(shown).toMatch(/^Skipped \d+, as a retraining was still running$/m);
});

it('hone serve shows them at --metrics from its start, and that nothing runs any more', async () => {
  const serving = project.start(['serve', '--listen', '0', '--metrics', '0']);
  await serving.waitForLog(/Serving +http/);
  const [, metrics = ''] = /Metrics +(http:[\w.:/]+)/.exec(serving.log) ?? [];
  const value = async (series: string) => {
    const lines = (await (await fetch(metrics)).text()).split('\n');
    return Number(lines.find((line) => line.startsWith(series))?.split(' ')[1]);
  };
  const overlap = 'hone_schedule_skipped_starts_total{reason="overlap",schedule="every-second",tenant="default"}';
  await waitUntil(async () => (await value(overlap)) > 1);
  expect(await value(overlap.replace('overlap', 'missed'))).toBe(0);
  expect(await value('hone_schedule_run_seconds{schedule="every-second",tenant="default"}')).toBeGreaterThan(1);
  expect((await serving.stop()).code).toBe(0);

  await temporal.cli(['schedule', 'toggle', '--schedule-id', 'every-second', '--pause', '--reason', 'a test']);
  const { runs } = lastJson(await project.hone(['schedule', 'show', 'every-second', '--json']));
  await temporal.cli(['workflow', 'terminate', '--workflow-id', runs[0].workflowId]);
  const hone = await harness.use(Hone.connect({ address: temporal.address }));
  await waitUntil(async () => (await hone.schedules.health(10)).schedules[0]?.runningSince === undefined);
});
