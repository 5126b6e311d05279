import { describe, expect, it } from 'vitest';
import type { RunState } from '../../client/follow.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';
import type { Session } from '../runtime/session.ts';
import { outcome } from './cancel.ts';
import { report } from './run.ts';

const evaluation = { system: 's', queries: 1, passages: 1, metrics: {}, rankings: {}, seconds: 1 };
const result = {
  base: { name: 'm', revision: 'local' },
  modelUri: 'file:///w/model',
  reportUri: 'file:///w/report.html',
  evaluations: [
    {
      dataset: 'validation',
      base: evaluation,
      tuned: evaluation,
      others: [],
      gain: { metric: 'hit@5', difference: { value: 0, low: 0, high: 0 } },
    },
  ],
} as unknown as RunResult;
const published = (promoted: boolean) => ({ ...result, published: { name: 'n', version: 1, promoted, reason: 'So.' } });

/** Reports a run that came to this; what was written, and the exit code. */
async function reported(
  outcome: RunResult | Error,
  options: { json?: boolean; verbose?: boolean } = {},
  state: RunState = outcome instanceof Error ? 'failed' : 'done',
) {
  const written = { out: [] as string[], err: [] as string[] };
  const page = (to: 'out' | 'err') => ({
    line: (text: string) => void written[to].push(text),
    live: false,
    columns: 80,
    style: (_format: unknown, text: string) => text,
  });
  const io: Io = { out: page('out'), err: page('err'), cwd: '/w', exitCode: 0 };
  const finish = async () => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const session = { hone: { describe: async () => ({ kind: 'run' }), result: finish } } as unknown as Session;
  return { code: await report(session, { workflowId: 'handbook-1a2b3c4d', state }, options, io), ...written };
}

describe('the end of a run', () => {
  it('has 0 for done, 3 for refused by the gate, 1 for failed', async () => {
    expect((await reported(result)).code).toBe(0);
    expect((await reported(published(true))).code).toBe(0);
    expect((await reported(published(false))).code).toBe(3);
    expect((await reported(new Fault('input', 'No such column.', 'Add it.'))).code).toBe(1);
  });

  it('goes to stdout; with --json, one object does, and the table to stderr', async () => {
    const plain = await reported(result);
    expect(plain.err).toEqual([]);
    expect(plain.out.join('\n')).toContain('Report  report.html');

    const json = await reported(result, { json: true });
    expect(json.out).toHaveLength(1);
    expect(JSON.parse(json.out[0] as string)).toMatchObject({ workflowId: 'handbook-1a2b3c4d', model: '/w/model' });
    expect(json.err.join('\n')).toContain('Report  report.html');
  });

  it('says of a failure where the details are, and gives programs an object too', async () => {
    const { out, err } = await reported(new Fault('credentials', 'The key is refused.', 'Set it.'), { json: true });
    expect(err).toEqual([
      'hone: The key is refused.',
      '      Set it.',
      '      Details: npx hone show handbook-1a2b3c4d --verbose',
    ]);
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] as string)).toEqual({
      workflowId: 'handbook-1a2b3c4d',
      state: 'failed',
      error: { kind: 'credentials', message: 'The key is refused.', advice: 'Set it.', details: [] },
    });
  });
});

it('tells a program of a cancelled run that it was cancelled, as the list of runs does', async () => {
  const cancelled = new Fault('input', 'Run handbook-1a2b3c4d was cancelled.', 'Start it again.');
  const { code, out } = await reported(cancelled, { json: true }, 'cancelled');
  expect(code).toBe(1);
  expect(JSON.parse(out[0] as string)).toMatchObject({ state: 'cancelled', error: { message: cancelled.message } });
});

it('does not call a run cancelled that had ended by itself when it was asked to stop', () => {
  expect(outcome('cancelled')[0]).toBe('cancelled');
  expect(outcome('running')[0]).toBe('requested');
  expect(outcome('done')).toEqual(['done', 'has ended by itself: done.']);
});

describe('Ctrl-C', () => {
  it('asks to stop the first time and leaves the second time', () => {
    const left: number[] = [];
    const { signal, dispose } = interruptible((code) => void left.push(code));
    process.emit('SIGINT');
    expect(signal.aborted).toBe(true);
    expect(left).toEqual([]);
    process.emit('SIGINT');
    expect(left).toEqual([130]);
    const listening = process.listenerCount('SIGINT');
    dispose();
    expect(process.listenerCount('SIGINT')).toBe(listening - 1);
  });
});
