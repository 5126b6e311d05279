import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/*
 * Somebody, or NTP, sets the wall clock while a worker runs. A time-out, an interval or a pause that is measured by it
 * then ends at once, or an hour late. They are measured by `performance.now()`. What a workflow reads is the time of
 * its history; a browser only shows times.
 */
const root = new URL('../../', import.meta.url);
const FOLDERS = ['activities', 'cli', 'client', 'core', 'server', 'workers'];
const EXEMPT = /\.(?:test|fixture)\.ts$|^server\/page\/browser\//;

/** Files that may read the wall clock, by what they need it for. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  'a time that another machine has written, or will read': [
    'activities/runtime/stored-vectors.ts',
    'activities/runtime/step-observer.ts',
    'activities/training/train-durably.ts',
    'cli/doctor/store.ts',
    'cli/output/stage-line.ts',
    'client/open-runs.ts',
    'core/artifacts/step.ts',
    'core/primitives/scratch.ts',
    'core/provider/limit-headers.ts',
    'core/questions/batch-api/find-job.ts',
    'core/questions/batch-api/poll-jobs.ts',
    'core/questions/batch-api/submit-jobs.ts',
    'core/tracking/mlflow.ts',
    'server/schedule-watch.ts',
    'workers/one-store.ts',
  ],
  'the time of a span': ['activities/runtime/traced-requests.ts', 'core/training/process/trainer-child.ts'],
  'a deadline as gRPC takes it': [
    'client/deployments.ts',
    'client/hone.ts',
    'client/run-control.ts',
    'client/run-list.ts',
    'client/schedules.ts',
    'client/start-workflow.ts',
    'client/temporal-run.ts',
  ],
  'patience that lasts over attempts on several machines': ['activities/questions/batch-api.ts'],
  'sleep of the machine, which other clocks do not count': ['core/questions/asking/lease-pacer.ts'],
};

it('measures no time-out by the wall clock', () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((file) => file.endsWith('.ts') && !EXEMPT.test(file)),
  );
  const reading = files.filter((file) => /\bDate\.now\b/.test(readFileSync(new URL(file, root), 'utf8')));
  expect(reading.sort()).toEqual(Object.values(READERS).flat().sort());
});
