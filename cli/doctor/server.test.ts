import { expect, it } from 'vitest';
import { QUEUE_NAMES, type QueueName } from '../../core/contracts/task-queues.ts';
import { describeIdentity } from '../../workers/one-store.ts';
import { describeAttributes, describeNamespace, describePollers, type QueuePoller } from './server.ts';

const HASH = 'a4bb250f59cf6bdc0b6163748bd0dc990019b67d6350142fd8b276fa02836f6c';
const BUILD = `@temporalio/worker@1.24.0+${HASH}`;
const worker = {
  pid: 1,
  host: 'a',
  place: 'p',
  since: 1,
  storeId: 'id-1',
  storeUri: 's3://acme/hone',
  keys: [] as string[],
};

const poller = (queue: QueueName, more: Partial<typeof worker> = {}): QueuePoller => ({
  queue,
  identity: queue === 'workflow' ? '1@a' : describeIdentity({ ...worker, ...more }),
  buildId: queue === 'workflow' ? BUILD : '@temporalio/worker@1.24.0',
});
const ALL = QUEUE_NAMES.map((queue) => poller(queue));

it('counts the workers of each queue, and names the build of the workflow code', () => {
  expect(describePollers([...ALL, poller('cpu', { pid: 2 })], 'id-1')).toEqual({
    status: 'ok',
    found: 'workflow 1, cpu 2, llm 1, gpu 1; build @temporalio/worker@1.24.0+a4bb250f',
  });
});

it('names the queues that nobody serves, and how to serve them', () => {
  const some = ALL.filter(({ queue }) => queue !== 'gpu' && queue !== 'llm');
  expect(describePollers(some, undefined)).toMatchObject({
    status: 'warn',
    found: 'workflow 1, cpu 1, llm 0, gpu 0',
    advice: expect.stringContaining('hone worker --queue llm,gpu'),
  });
});

it('says that workers of two versions serve the workflow queue', () => {
  const other = { ...poller('workflow'), buildId: `@temporalio/worker@1.24.0+${'0'.repeat(64)}` };
  expect(describePollers([...ALL, other], 'id-1')).toMatchObject({
    status: 'warn',
    found: expect.stringMatching(/2 builds: \S+\+a4bb250f, \S+\+00000000/),
    advice: expect.stringContaining('rolling update'),
  });
});

it('takes versions of a deployment side by side for what they are, but not beside workers without versions', () => {
  const version = (buildId: string) => ALL.map((one) => ({ ...one, buildId, deployment: 'hone' }));
  const both = [...version('0.1.0-91ab3f2c'), ...version('0.2.0-5d1e9c07')];
  expect(describePollers(both, 'id-1')).toEqual({
    status: 'ok',
    found: 'workflow 2, cpu 2, llm 2, gpu 2; builds 0.1.0-91ab3f2c, 0.2.0-5d1e9c07',
  });
  expect(describePollers([...both, ...ALL], 'id-1')).toMatchObject({
    status: 'warn',
    found: expect.stringContaining('4 of them belong to no deployment'),
    advice: expect.stringContaining('--deployment'),
  });
});

it('fails if workers have different stores, and warns if theirs is another than the one that is checked', () => {
  const elsewhere = poller('llm', { storeId: 'id-2', storeUri: '/srv/store' });
  expect(describePollers([...ALL, elsewhere], 'id-1')).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('s3://acme/hone, /srv/store'),
  });
  expect(describePollers(ALL, 'id-3')).toMatchObject({
    status: 'warn',
    found: expect.stringContaining('s3://acme/hone'),
  });
  expect(describePollers(ALL, undefined)).toMatchObject({ status: 'ok' });
});

it('gives the command that adds the search attributes that are missing', () => {
  expect(describeAttributes(['HoneStage', 'HoneModel', 'HoneHitRate'])).toMatchObject({ status: 'ok' });
  expect(describeAttributes(['HoneModel'])).toMatchObject({
    status: 'warn',
    advice: expect.stringContaining('--name HoneStage --type Keyword --name HoneHitRate --type Double'),
  });
});

it('warns about a namespace that soon forgets runs', () => {
  expect(describeNamespace('ml', '1.32.1', 30)).toEqual({
    status: 'ok',
    found: 'ml on server 1.32.1, which keeps closed runs for 30 days',
  });
  expect(describeNamespace('ml', '1.32.1', 1)).toMatchObject({
    status: 'warn',
    advice: expect.stringContaining('--namespace ml'),
  });
});
