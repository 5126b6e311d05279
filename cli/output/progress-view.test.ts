import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Followed } from '../../client/follow.ts';
import type { Stage, StageName } from '../../core/contracts/progress.ts';
import { recordingTerminal } from '../runtime/io.fixture.ts';
import { frame, LiveView, type Scene } from './live-view.ts';
import { PlainView } from './plain-view.ts';

const COLUMNS = 100;

function followed(stages: Stage[], rest: Partial<Followed> = {}): Followed {
  return { title: 'handbook', model: 'sentence-transformers/all-MiniLM-L6-v2', state: 'running', stages, ...rest };
}

function scene(shown: Followed | undefined, rest: Partial<Scene> = {}): Scene {
  return {
    workflowId: 'handbook-1',
    status: 'Starting Temporal',
    temporal: 'http://127.0.0.1:8233',
    resumed: false,
    interrupting: 'Ctrl-C interrupts the run',
    since: new Map(),
    startedAt: 0,
    now: 2400,
    closed: false,
    followed: shown,
    ...rest,
  };
}

const read: Stage = {
  name: 'documents',
  state: 'done',
  summary: '46 read, 1 skipped (扫描件.pdf: 无文字)',
  seconds: 0.8,
};
const reused: Stage = { name: 'chunks', state: 'reused', summary: '168, median 142 tokens', seconds: 12.4 };
const training: Stage = {
  name: 'train',
  state: 'running',
  progress: { done: 41, total: 68, unit: 'steps', note: 'loss 0.41', rate: 15.2, etaSeconds: 13.6 },
};

describe('a frame on a terminal', () => {
  it('has a line per stage that has started: bar, rate and time left while it runs, then the time it took', () => {
    const lines = frame(
      scene(followed([read, reused, training, { name: 'publish', state: 'waiting' }])),
      recordingTerminal(COLUMNS),
    );
    expect(lines).toEqual([
      'Hone · handbook · all-MiniLM-L6-v2 · Temporal http://127.0.0.1:8233',
      '  documents   46 read, 1 skipped (扫描件.pdf: 无文字)                                  0.8 s',
      '  chunks      168, median 142 tokens                                       reused, took 12 s',
      '  train       ███████████░░░░░░░░ 41/68 steps · loss 0.41 · 15.2 pairs/s · 14 s left',
      expect.stringMatching(/^. 2.4 s · Ctrl-C interrupts the run$/),
    ]);
  });

  it('is aligned in any script', () => {
    const [, first, second] = frame(scene(followed([read, reused])), recordingTerminal(COLUMNS));
    expect(first).toContain('扫描件.pdf');
    expect(stringWidth(first ?? '')).toBe(stringWidth(second ?? ''));
  });

  it('fits a narrow terminal', () => {
    const lines = frame(
      scene(followed([read, reused, training], { notice: '没有工作进程在服务'.repeat(5) })),
      recordingTerminal(48),
    );
    for (const line of lines) expect(stringWidth(line)).toBeLessThan(48);
  });

  it('has a spinner and the status before the run starts', () => {
    const first = frame(scene(undefined), recordingTerminal(COLUMNS));
    const next = frame(scene(undefined, { now: 2600 }), recordingTerminal(COLUMNS));
    expect(first[0]).toMatch(/Starting Temporal · 2.4 s$/);
    expect(next).not.toEqual(first);
  });

  it('counts the seconds of a stage that reports no progress', () => {
    const since = new Map<StageName, number>([['model', 400]]);
    const [, line] = frame(
      scene(followed([{ name: 'model', state: 'running' }]), { since }),
      recordingTerminal(COLUMNS),
    );
    expect(line).toBe('  model       running for 2.0 s');
  });

  it('says how long a stage waits for quota', () => {
    const progress = { done: 12, total: 99, unit: 'chunks', waitsUntil: Date.now() + 3_599_000, waitsFor: 'quota' };
    const [, line] = frame(
      scene(followed([{ name: 'questions', state: 'running', progress }])),
      recordingTerminal(COLUMNS),
    );
    expect(line).toMatch(/12\/99 chunks · waiting for quota, 59 min/);
  });

  it('says why the run does not continue', () => {
    const lines = frame(
      scene(followed([training], { notice: 'No worker polls task queue hone.' })),
      recordingTerminal(COLUMNS),
    );
    expect(lines.at(-1)).toMatch(/No worker polls task queue hone\.$/);
  });

  it('says in its first line that a run continues, and in words that a stage failed', () => {
    const failed: Stage = { name: 'train', state: 'failed' };
    const [first, line] = frame(
      scene(followed([failed], { state: 'failed' }), { resumed: true }),
      recordingTerminal(COLUMNS),
    );
    expect(first).toContain('continues where it stopped');
    expect(line).toBe('  train       failed');
  });

  it('leaves the last state on the screen once, without the spinner', () => {
    const drawn: string[] = [];
    const draw = Object.assign((text: string) => void drawn.push(text), { clear() {}, done() {}, persist() {} });
    const view = new LiveView(recordingTerminal(COLUMNS), draw);
    view.update(followed([read], { state: 'running' }));
    view.close();
    const frames = drawn.length;
    view.close();
    expect(drawn).toHaveLength(frames);
    expect(drawn.at(-1)).not.toContain('Ctrl-C');
    expect(drawn.at(-1)).toContain('46 read');
  });
});

describe('a run that ends before its first stage', () => {
  it('leaves nothing on the screen', () => {
    let cleared = 0;
    const draw = Object.assign(() => {}, { clear: () => void cleared++, done() {}, persist() {} });
    const view = new LiveView(recordingTerminal(COLUMNS), draw);
    view.update(followed([], { state: 'failed' }));
    view.close();
    expect(cleared).toBe(1);
  });
});

describe('plain lines', () => {
  function plain() {
    const terminal = recordingTerminal(COLUMNS);
    const clock = { ms: 0 };
    const view = new PlainView(terminal, () => clock.ms);
    view.attach({ workflowId: 'handbook-1', temporal: '127.0.0.1:7233', resumed: false, interrupting: '' });
    return { view, lines: terminal.lines, clock };
  }

  it('are printed when a stage starts and ends, and not in between', () => {
    const { view, lines, clock } = plain();
    view.update(followed([{ name: 'train', state: 'waiting' }]));
    for (let step = 0; step < 10; step++) {
      clock.ms += 500;
      view.update(followed([training]));
    }
    view.update(followed([{ name: 'train', state: 'done', summary: 'loss 0.4', seconds: 5 }], { state: 'done' }));
    expect(lines).toEqual([
      'Hone · handbook · all-MiniLM-L6-v2 · Temporal 127.0.0.1:7233',
      '  train       41/68 steps · loss 0.41 · 15.2 pairs/s · 14 s left',
      expect.stringMatching(/^ {2}train {7}loss 0.4 +5.0 s$/),
    ]);
  });

  it('are printed when a step of a running stage ends, once, and not twice for the last', () => {
    const { view, lines } = plain();
    const finished = ['trial 1 of 1 · loss 0.7', 'loss 0.4'];
    view.update(followed([training]));
    for (let i = 0; i < 2; i++) view.update(followed([{ ...training, finished: finished.slice(0, 1) }]));
    view.update(followed([{ name: 'train', state: 'done', summary: 'loss 0.4', finished }], { state: 'done' }));
    expect(lines.slice(2).map((line) => line.trim())).toEqual([
      'train       trial 1 of 1 · loss 0.7',
      'train       loss 0.4',
    ]);
  });

  it('are printed every five seconds while a stage runs', () => {
    const { view, lines, clock } = plain();
    for (; clock.ms <= 16_000; clock.ms += 500) view.update(followed([{ name: 'evaluate', state: 'running' }]));
    expect(lines.slice(1)).toEqual([
      '  evaluate    running',
      '  evaluate    running for 5.0 s',
      '  evaluate    running for 10 s',
      '  evaluate    running for 15 s',
    ]);
  });

  it('say why the run does not continue, once per reason', () => {
    const { view, lines } = plain();
    const held = (notice: string) => view.update(followed([], { notice }));
    held('No worker polls task queue hone.');
    held('No worker polls task queue hone.');
    held('ask, attempt 2, after: busy');
    expect(lines).toEqual(['  No worker polls task queue hone.', '  ask, attempt 2, after: busy']);
  });

  it('say what a run waits for, and which command lets it continue', () => {
    const { view, lines } = plain();
    const paused: Stage = { ...training, state: 'paused' };
    view.update(followed([training]));
    view.update(followed([training], { hold: { state: 'pausing' } }));
    view.update(followed([paused], { hold: { state: 'paused' } }));
    view.update(followed([], { hold: { state: 'approval', gate: 'promotion', note: 'hit rate @5 0.71 before' } }));
    expect(lines.slice(2)).toEqual([
      '  Pausing: the current step stops at its next safe point.',
      '  train       paused · 41/68 steps · loss 0.41 · 15.2 pairs/s · 14 s left',
      '  Paused. To continue: hone resume handbook-1',
      '  Waiting for approval of the promotion (hit rate @5 0.71 before): hone approve handbook-1',
    ]);
  });

  it('have no control characters or bars, and leave out skipped stages', () => {
    const { view, lines } = plain();
    view.update(followed([{ name: 'split', state: 'skipped' }, read, reused, training]));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for escapes
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u001b]|█/);
    expect(lines.join('\n')).not.toContain('split');
  });
});
