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
const away = Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'connection refused', metadata: {} });

/** A run that is described by one answer after the other, the last of them for ever. */
function source(answers: (Snapshot | Error)[], asked: () => Promise<Progress> = async () => progress('running')) {
  let at = 0;
  const made: RunSource & { queries: number } = {
    server: 'localhost:7233',
    queue: 'hone',
    queries: 0,
    async describe() {
      const answer = answers[Math.min(at++, answers.length - 1)] as Snapshot | Error;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    progress() {
      made.queries++;
      return asked();
    },
  };
  return made;
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

  it('asks the workflow only when something has happened in it', async () => {
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

  it('takes them from a child workflow too, where that does the stage', async () => {
    const figures = { done: 4, total: 8, unit: 'chunks', waitsUntil: 5, waitsFor: 'quota' };
    const told = { ...running, figures: [{ stage: 'train' as const, progress: figures }] };
    const [first] = await all(source([told, { ...running, state: 'done' }]));
    expect(first?.stages).toEqual([{ name: 'train', state: 'running', progress: figures }]);
  });

  it('puts live figures into the running stage', async () => {
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

  it('says so when no worker is there, and goes on when one comes', async () => {
    const never = () => new Promise<Progress>(() => {});
    const abandoned = { ...running, taskWaiting: true };
    const seen: Followed[] = [];
    for await (const one of followRun(source([abandoned], never), { intervalMs: 2, unservedMs: 10 })) {
      seen.push(one);
      if (one.notice) break;
    }
    expect(seen[0]?.notice).toBeUndefined();
    expect(seen.at(-1)?.notice).toBe('No worker is serving queue hone.');

    const served = await all(source([abandoned, running, { ...running, state: 'done' }]), { unservedMs: 0 });
    expect(served.map(({ notice }) => notice)).toEqual(['No worker is serving queue hone.', undefined, undefined]);
  });

  it('says what a step is being tried again for', async () => {
    const retrying = { id: '1', name: 'ask', waiting: true, attempt: 3, lastFailure: 'The endpoint is busy.' };
    const [first] = await all(
      source([
        { ...running, activities: [retrying] },
        { ...running, state: 'done' },
      ]),
    );
    expect(first?.notice).toBe('ask, attempt 3, after: The endpoint is busy.');
  });

  it('says when a step waits for a worker', async () => {
    const waiting = { ...running, activities: [{ id: '1', name: 'train', waiting: true, attempt: 1 }] };
    const [first] = await all(source([waiting, { ...running, state: 'done' }]), { unservedMs: 0 });
    expect(first?.notice).toBe('train waits for a worker that is free.');
  });

  it('does not say so of steps each of which is taken up soon, however many there are in the queue', async () => {
    const waiting = (id: number) => ({
      ...running,
      activities: [{ id: `${id}`, name: 'askChunks', waiting: true, attempt: 1 }],
    });
    const looks = Array.from({ length: 10 }, (_, at) => waiting(at));
    const seen = await all(source([...looks, { ...running, state: 'done' }]), { intervalMs: 10, unservedMs: 40 });
    expect(seen.map(({ notice }) => notice)).toEqual(seen.map(() => undefined));
  });

  it('outlives a server that is away for a while, showing what it last knew', async () => {
    const seen = await all(source([running, away, away, { ...running, state: 'done' }]));
    expect(seen[1]).toMatchObject({ title: 'handbook', state: 'running' });
    expect(seen[1]?.notice).toMatch(/No Temporal server answers at localhost:7233. Trying again./);
    expect(seen.at(-1)).toEqual({ ...progress('running'), state: 'done' });
  });

  it('gives up on a server that stays away', async () => {
    const gone = all(source([running, away]), { patienceMs: 20 });
    await expect(gone).rejects.toMatchObject({ kind: 'unavailable' } satisfies Partial<Fault>);
  });

  it('does not wait for what will not change: refused credentials', async () => {
    const refused = Object.assign(new Error('16'), { code: 16, details: 'bad key', metadata: {} });
    await expect(all(source([refused]))).rejects.toMatchObject({ kind: 'credentials' });
  });

  it('stops quietly when told to, at once', async () => {
    const controller = new AbortController();
    const started = performance.now();
    for await (const one of followRun(source([running]), { intervalMs: 60_000, signal: controller.signal })) {
      expect(one.state).toBe('running');
      setTimeout(() => controller.abort(), 5);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
