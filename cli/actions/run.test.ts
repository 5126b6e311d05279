import { describe, expect, it } from 'vitest';
import type { RunState } from '../../client/follow.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import type { Cost } from '../../core/contracts/spending.ts';
import { runResult } from '../output/run-result.fixture.ts';
import { recordingIo } from '../runtime/io.fixture.ts';
import { type ReportSource, report } from './run.ts';

const decided = (promoted: boolean): RunResult => ({
  ...runResult,
  published: { name: 'n', version: 1, promoted, reason: 'Because.' },
});

/** Reports a run with the given outcome. @returns what was printed, and the exit code. */
async function reported(
  outcome: RunResult | Error,
  options: { json?: boolean; verbose?: boolean } = {},
  state: RunState = outcome instanceof Error ? 'failed' : 'done',
  cost?: Cost,
) {
  const workflowId = 'handbook-1a2b3c4d';
  const io = recordingIo('/w');
  const hone: ReportSource = {
    describe: async () => ({ kind: 'run', workflowId, runId: 'r', state, startedAt: new Date(0), cost, request: {} }),
    async result() {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    retrained: () => Promise.reject(new Error('This is no retraining.')),
  };
  const code = await report({ hone }, { workflowId, state }, options, io);
  return { code, out: io.out.lines, err: io.err.lines };
}

describe('the end of a run', () => {
  it('exits with 0 for done, 3 for refused by the gate and 1 for failed', async () => {
    const { published: _, ...unpublished } = runResult;
    expect((await reported(unpublished)).code).toBe(0);
    expect((await reported(decided(true))).code).toBe(0);
    expect((await reported(decided(false))).code).toBe(3);
    expect((await reported(new Fault('input', 'No such column.', 'Add it.'))).code).toBe(1);
  });

  it('prints the table to stdout; with --json, one object to stdout and the table to stderr', async () => {
    const plain = await reported(runResult);
    expect(plain.err).toEqual([]);
    expect(plain.out.join('\n')).toContain('Report  .hone/store/report.html');

    const json = await reported(runResult, { json: true });
    expect(json.out).toHaveLength(1);
    expect(JSON.parse(json.out.join())).toMatchObject({
      workflowId: 'handbook-1a2b3c4d',
      report: '/w/.hone/store/report.html',
    });
    expect(json.err.join('\n')).toContain('Report  .hone/store/report.html');
  });

  it('prints a failure with the command that shows its details, and with --json as an object too', async () => {
    const { out, err } = await reported(new Fault('credentials', 'The key is refused.', 'Set it.'), { json: true });
    expect(err).toEqual([
      'hone: The key is refused.',
      '      Set it.',
      '      Details: npx hone show handbook-1a2b3c4d --verbose',
    ]);
    expect(out).toHaveLength(1);
    expect(JSON.parse(out.join())).toEqual({
      workflowId: 'handbook-1a2b3c4d',
      state: 'failed',
      error: { kind: 'credentials', message: 'The key is refused.', advice: 'Set it.', details: [] },
    });
  });

  it('says what was paid all the same', async () => {
    const cost = { dollars: 1.25, requests: 3, promptTokens: 900, completionTokens: 60 };
    const { out, err } = await reported(new Fault('quality', 'Too few.', 'Ask more.'), { json: true }, 'failed', cost);
    expect(err.at(-1)).toBe('      Cost    $1.25 for 3 requests: 900 prompt and 60 completion tokens');
    expect(JSON.parse(out.join())).toMatchObject({ state: 'failed', cost });
  });

  it('has the state `cancelled` in JSON if the run was cancelled', async () => {
    const cancelled = new Fault('input', 'Run handbook-1a2b3c4d was cancelled.', 'Start it again.');
    const { code, out } = await reported(cancelled, { json: true }, 'cancelled');
    expect(code).toBe(1);
    expect(JSON.parse(out.join())).toMatchObject({ state: 'cancelled', error: { message: cancelled.message } });
  });
});
