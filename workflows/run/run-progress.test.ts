import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import { expect, it, vi } from 'vitest';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { RunProgress } from './run-progress.ts';

/** Of messages to the run, by name. */
const handlers = vi.hoisted(() => new Map<string, () => unknown>());

// Messages to and from the server are not part of this test.
vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<typeof import('@temporalio/workflow')>()),
  workflowInfo: () => ({ workflowId: 'handbook', memo: {} }),
  setCurrentDetails: () => {},
  setHandler: ({ name }: { name: string }, handle: () => unknown) => void handlers.set(name, handle),
  condition: (isTrue: () => boolean) => vi.waitUntil(isTrue, { interval: 1 }),
  upsertMemo: () => {},
  CancellationScope: class {
    static current = () => ({ consideredCancelled: false });
    consideredCancelled = false;
    cancel() {
      this.consideredCancelled = true;
    }
    run<T>(work: () => Promise<T>): Promise<T> {
      return work();
    }
  },
}));
vi.mock('../activity-proxies.ts', () => ({ local: { knownSearchAttributes: async () => [] } }));

const stepResult = (change: Partial<StepResult<string>>) => async () => ({
  ...{ output: 'some', reused: false, seconds: 2, summary: '4 questions' },
  ...change,
});

it('keeps the cost of a stage that is run again and reused', async () => {
  const run = new RunProgress('handbook', 'mini');
  const questions = () => run.progress.stages.find(({ name }) => name === 'questions');
  await run.stage('questions', (runStep) => runStep(stepResult({ cost: 1.5 })));
  expect(questions()).toMatchObject({ state: 'done', cost: 1.5, seconds: 2 });

  run.restart();
  expect(JSON.parse(JSON.stringify(questions()))).toEqual({ name: 'questions', state: 'waiting', cost: 1.5 });
  await run.stage('questions', (runStep) => runStep(stepResult({ reused: true, cost: 1.5 })));
  expect(questions()).toMatchObject({ state: 'reused', cost: 1.5, summary: '4 questions' });
});

it('counts once what a run has paid for a stage whose steps are run again', async () => {
  const run = new RunProgress('handbook', 'mini');
  await run.stage('questions', (runStep) => runStep(stepResult({ cost: 1.5 })));
  run.restart();
  // Questions that were lost are collected again, and a few more answers bought.
  await run.stage('questions', (runStep) => runStep(stepResult({ cost: 1.75 })));
  expect(run.progress.stages.find(({ name }) => name === 'questions')).toMatchObject({ state: 'done', cost: 1.75 });
});

it('has the summary of the step that summarises the stage, although others follow', async () => {
  const run = new RunProgress('handbook', 'mini');
  await run.stage('evaluate', async (runStep) => {
    await runStep(stepResult({ summary: 'base hit rate @5 0.5' }));
    await runStep(stepResult({ summary: 'better than base by 1.7 points' }), 'summarises');
    await runStep(stepResult({ summary: 'worse than base by 0.2 points' }));
  });
  expect(run.progress.stages.find(({ name }) => name === 'evaluate')).toMatchObject({
    summary: 'better than base by 1.7 points',
    finished: ['base hit rate @5 0.5', 'better than base by 1.7 points', 'worse than base by 0.2 points'],
  });
});

it('tells what the finished steps of a stage say, except for reused ones', async () => {
  const run = new RunProgress('handbook', 'mini');
  const train = () => run.progress.stages.find(({ name }) => name === 'train');
  await run.stage('train', async (runStep) => {
    await runStep(stepResult({ reused: true, summary: 'trial 1 of 2' }));
    await runStep(stepResult({ summary: 'trial 2 of 2' }));
    expect(train()).toMatchObject({ state: 'running', finished: ['trial 2 of 2'] });
    await runStep(stepResult({ summary: 'loss 0.4' }));
  });
  expect(train()).toMatchObject({ state: 'done', summary: 'loss 0.4', finished: ['trial 2 of 2', 'loss 0.4'] });
});

it('shows the progress of a step that a pause has stopped until the run is resumed, and not after it', async () => {
  const run = new RunProgress('handbook', 'mini');
  const train = () => run.progress.stages.find(({ name }) => name === 'train');
  const stopped = { done: 300, total: 600, unit: 'steps' };
  const attempts = [
    async () => {
      handlers.get('pause')?.();
      const cause = new CancelledFailure('paused', [stopped]);
      throw new ActivityFailure('paused', 'train', '1', 'NON_RETRYABLE_FAILURE', undefined, cause);
    },
    async () => {
      expect(train()).toMatchObject({ state: 'running', progress: undefined });
      return stepResult({})();
    },
  ];
  const done = run.stage('train', (runStep) => runStep(() => (attempts.shift() ?? expect.unreachable)()));
  await vi.waitUntil(() => train()?.progress);
  expect(train()).toMatchObject({ state: 'paused', progress: stopped });
  handlers.get('resume')?.();
  await done;
  expect(train()).toMatchObject({ state: 'done', progress: undefined });
});
