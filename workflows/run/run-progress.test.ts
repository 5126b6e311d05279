import { expect, it, vi } from 'vitest';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { RunProgress } from './run-progress.ts';

// Messages to and from the server are not part of this test.
vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<typeof import('@temporalio/workflow')>()),
  workflowInfo: () => ({ workflowId: 'handbook', memo: {} }),
  setCurrentDetails: () => {},
  setHandler: () => {},
  upsertMemo: () => {},
  CancellationScope: class {
    consideredCancelled = false;
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
