import { describe, expect, it } from 'vitest';
import type { Fault } from '../core/contracts/fault.ts';
import type { Progress } from '../core/contracts/progress.ts';
import { type Followed, type FollowOptions, followRun, type RunSource, type Snapshot } from './follow.ts';

const progress = (state: 'running' | 'done'): Progress => ({
  title: 'handbook',
  model: 'mini',
  stages: [{ name: 'train', state }],
});
const running: Snapshot = { state: 'running', version: 5, taskWaiting: false, activities: [] };
const unavailable = Object.assign(new Error('14 UNAVAILABLE'), {
  code: 14,
  details: 'connection refused',
  metadata: {},
});

/** A source whose descriptions are the given answers in turn; the last one is repeated. */
function source(
  answers: (Snapshot | Error)[],
  answerQuery: () => Promise<Progress> = async () => progress('running'),
): RunSource & { queries: number } {
  let next = 0;
  const stub = {
    server: 'localhost:7233',
    queue: 'hone',
    queries: 0,
    async describe() {
      const answer = answers[Math.min(next++, answers.length - 1)];
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    progress() {
      stub.queries++;
      return answerQuery();
    },
  };
  return stub;
}

async function all(from: RunSource, options: FollowOptions = {}): Promise<Followed[]> {
  const seen: Followed[] = [];
  for await (const one of followRun(from, { intervalMs: 1, ...options })) seen.push(one);
  return seen;
}

describe('following a run', () => {
  it('ends with the state the run ended in, and its last progress', async () => {
    for (const state of ['done', 'failed', 'cancelled'] as const) {
      const ended = { ...running, state, version: 9 };
      const seen = await all(source([running, running, ended], async () => progress('done')));
      expect(seen.at(-1)).toEqual({ ...progress('done'), state });
      expect(seen.slice(0, -1).every((one) => one.state === 'running')).toBe(true);
    }
  });

  it('yields a late answer of the workflow when it comes', async () => {
    let answer = (_: Progress) => {};
    const late = new Promise<Progress>((resolve) => {
      answer = resolve;
    });
    const following = followRun(
      source([running], () => late),
      { intervalMs: 3000 },
    );
    expect((await following.next()).value.stages).toEqual([]);
    const answeredAt = performance.now();
    setTimeout(() => answer(progress('running')), 10);
    expect((await following.next()).value.stages).toHaveLength(1);
    expect(performance.now() - answeredAt).toBeLessThan(2000);
  });

  it('queries the workflow only after its history has grown', async () => {
    const from = source([
      running,
      running,
      running,
      { ...running, version: 6 },
      { ...running, version: 6, state: 'done' },
    ]);
    await all(from);
    expect(from.queries).toBe(2);
  });

  it('adds the progress of a child workflow to its stage', async () => {
    const figures = { done: 4, total: 8, unit: 'chunks', waitsUntil: 5, waitsFor: 'quota' };
    const snapshot = { ...running, childProgress: [{ stage: 'train' as const, progress: figures }] };
    const [first] = await all(source([snapshot, { ...running, state: 'done' }]));
    expect(first?.stages).toEqual([{ name: 'train', state: 'running', progress: figures }]);
  });

  it('adds the progress of a heartbeat to the running stage', async () => {
    const figures = { done: 4, total: 8, unit: 'steps' };
    const training = {
      ...running,
      activities: [
        {
          id: '1',
          name: 'train',
          waiting: false,
          attempt: 1,
          heartbeat: { stage: 'train' as const, progress: figures },
        },
      ],
    };
    const [first] = await all(source([training, { ...running, state: 'done' }]));
    expect(first?.stages).toEqual([{ name: 'train', state: 'running', progress: figures }]);
  });

  it('says that no worker is there, and continues when there is one', async () => {
    const never = () => new Promise<Progress>(() => {});
    const abandoned = { ...running, taskWaiting: true };
    const seen: Followed[] = [];
    for await (const one of followRun(source([abandoned], never), { intervalMs: 2, workerTimeoutMs: 10 })) {
      seen.push(one);
      if (one.notice) break;
    }
    expect(seen[0]?.notice).toBeUndefined();
    expect(seen.at(-1)?.notice).toBe('No worker polls task queue hone.');

    const served = await all(source([abandoned, running, { ...running, state: 'done' }]), { workerTimeoutMs: 0 });
    expect(served.map(({ notice }) => notice)).toEqual(['No worker polls task queue hone.', undefined, undefined]);
  });

  it('says why a step is retried', async () => {
    const retrying = { id: '1', name: 'ask', waiting: true, attempt: 3, lastFailure: 'The endpoint is busy.' };
    const [first] = await all(
      source([
        { ...running, activities: [retrying] },
        { ...running, state: 'done' },
      ]),
    );
    expect(first?.notice).toBe('ask, attempt 3, after: The endpoint is busy.');
  });

  it('says that a step waits for a worker', async () => {
    const waiting = { ...running, activities: [{ id: '1', name: 'train', waiting: true, attempt: 1 }] };
    const [first] = await all(source([waiting, { ...running, state: 'done' }]), { workerTimeoutMs: 0 });
    expect(first?.notice).toBe('train waits for a free worker.');
  });

  it('says the same of several trials in whatever order the server lists them', async () => {
    const first = { id: '9', name: 'runTrial', waiting: false, attempt: 2, lastFailure: 'Heartbeat timeout' };
    const second = { ...first, id: '10', lastFailure: 'It was killed.' };
    const third = { id: '11', name: 'runTrial', waiting: true, attempt: 1 };
    const orders = [
      [first, second, third],
      [third, first, second],
      [second, third, first],
    ].map((activities) => ({ ...running, activities }));
    const seen = await all(source([...orders, { ...running, state: 'done' }]), { workerTimeoutMs: 0 });
    const notice = 'runTrial, attempt 2, after: Heartbeat timeout';
    expect(seen.map((one) => one.notice)).toEqual([notice, notice, notice, undefined]);
  });

  it('does not say that a trial waits for a worker while another one runs', async () => {
    const trial = (id: string, waiting: boolean) => ({ id, name: 'runTrial', waiting, attempt: 1 });
    const busy = { ...running, activities: [trial('1', true), trial('2', false)] };
    const none = { ...running, activities: [trial('1', true)] };
    const seen = await all(source([busy, none, { ...running, state: 'done' }]), { workerTimeoutMs: 0 });
    expect(seen.map((one) => one.notice)).toEqual([undefined, 'runTrial waits for a free worker.', undefined]);
  });

  it('does not say so if each step is taken soon, however many there are', async () => {
    const waiting = (id: number) => ({
      ...running,
      activities: [{ id: `${id}`, name: 'askChunks', waiting: true, attempt: 1 }],
    });
    const snapshots = Array.from({ length: 10 }, (_, at) => waiting(at));
    const seen = await all(source([...snapshots, { ...running, state: 'done' }]), {
      intervalMs: 10,
      workerTimeoutMs: 40,
    });
    expect(seen.map(({ notice }) => notice)).toEqual(seen.map(() => undefined));
  });

  it('continues if the server is unavailable for a while, with the last known progress', async () => {
    const seen = await all(source([running, unavailable, unavailable, { ...running, state: 'done' }]));
    expect(seen[1]).toMatchObject({ title: 'handbook', state: 'running' });
    expect(seen[1]?.notice).toMatch(/No Temporal server answers at localhost:7233. Trying again./);
    expect(seen.at(-1)).toEqual({ ...progress('running'), state: 'done' });
  });

  it('throws if the server stays unavailable', async () => {
    const gone = all(source([running, unavailable]), { serverTimeoutMs: 20 });
    await expect(gone).rejects.toMatchObject({ kind: 'unavailable' } satisfies Partial<Fault>);
  });

  it('throws at once if the credentials are refused', async () => {
    const refused = Object.assign(new Error('16'), { code: 16, details: 'bad key', metadata: {} });
    await expect(all(source([refused]))).rejects.toMatchObject({ kind: 'credentials' });
  });

  it('stops at once, without an error, when the signal is aborted', async () => {
    const controller = new AbortController();
    const started = performance.now();
    for await (const one of followRun(source([running]), { intervalMs: 60_000, signal: controller.signal })) {
      expect(one.state).toBe('running');
      setTimeout(() => controller.abort(), 5);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
