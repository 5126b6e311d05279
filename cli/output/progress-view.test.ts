import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Followed } from '../../client/follow.ts';
import type { Stage, StageName } from '../../core/contracts/progress.ts';
import { frame, LiveView, type Scene } from './live-view.ts';
import { PlainView } from './plain-view.ts';
import type { Terminal } from './terminal.ts';

function paper(columns = 100): Terminal & { lines: string[] } {
  const lines: string[] = [];
  return { lines, line: (text) => lines.push(text), live: false, columns, style: (_format, text) => text };
}

function followed(stages: Stage[], rest: Partial<Followed> = {}): Followed {
  return { title: 'handbook', model: 'sentence-transformers/all-MiniLM-L6-v2', state: 'running', stages, ...rest };
}

function scene(of: Followed | undefined, rest: Partial<Scene> = {}): Scene {
  return {
    workflowId: 'handbook-1',
    status: 'starting Temporal',
    temporal: 'http://127.0.0.1:8233',
    resumed: false,
    interrupting: 'Ctrl-C stops it here',
    since: new Map(),
    startedAt: 0,
    now: 2400,
    closed: false,
    ...(of === undefined ? {} : { followed: of }),
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
  it('has a line a stage that has begun: bar, rate and time left where it runs, the time it took where it is done', () => {
    const lines = frame(scene(followed([read, reused, training, { name: 'publish', state: 'waiting' }])), paper());
    expect(lines).toEqual([
      'Hone · handbook · all-MiniLM-L6-v2 · Temporal http://127.0.0.1:8233',
      '  documents   46 read, 1 skipped (扫描件.pdf: 无文字)                                  0.8 s',
      '  chunks      168, median 142 tokens                                       reused, took 12 s',
      '  train       ███████████░░░░░░░░ 41/68 steps · loss 0.41 · 15.2 pairs/s · 14 s left',
      expect.stringMatching(/^. 2.4 s · Ctrl-C stops it here$/),
    ]);
  });

  it('lines up whatever the script', () => {
    const [, first, second] = frame(scene(followed([read, reused])), paper());
    expect(stringWidth(first as string)).toBe(stringWidth(second as string));
  });

  it('fits a narrow terminal, line by line', () => {
    const lines = frame(
      scene(followed([read, reused, training], { notice: '没有工作进程在服务'.repeat(5) })),
      paper(48),
    );
    for (const line of lines) expect(stringWidth(line)).toBeLessThan(48);
  });

  it('events while there is nothing to show yet', () => {
    const first = frame(scene(undefined), paper());
    const next = frame(scene(undefined, { now: 2600 }), paper());
    expect(first[0]).toMatch(/starting Temporal · 2.4 s$/);
    expect(next).not.toEqual(first);
  });

  it('counts the seconds of a stage that says nothing of itself', () => {
    const since = new Map<StageName, number>([['model', 400]]);
    const [, line] = frame(scene(followed([{ name: 'model', state: 'running' }]), { since }), paper());
    expect(line).toBe('  model       2.0 s so far');
  });

  it('says how long a stage has to wait for quota', () => {
    const progress = { done: 12, total: 99, unit: 'chunks', waitsUntil: Date.now() + 3_599_000, waitsFor: 'quota' };
    const [, line] = frame(scene(followed([{ name: 'questions', state: 'running', progress }])), paper());
    expect(line).toMatch(/12\/99 chunks · waiting for quota, 59 min/);
  });

  it('says what holds the run up', () => {
    const lines = frame(scene(followed([training], { notice: 'No worker is serving queue hone.' })), paper());
    expect(lines.at(-1)).toMatch(/No worker is serving queue hone\.$/);
  });

  it('says in its first line that a run goes on, and in words that a stage failed', () => {
    const failed: Stage = { name: 'train', state: 'failed' };
    const [first, line] = frame(scene(followed([failed], { state: 'failed' }), { resumed: true }), paper());
    expect(first).toContain('goes on where it was');
    expect(line).toBe('  train       failed');
  });

  it('leaves the last state on the screen once, without what moved', () => {
    const drawn: string[] = [];
    const draw = Object.assign((text: string) => void drawn.push(text), { clear() {}, done() {}, persist() {} });
    const view = new LiveView(paper(), draw);
    view.update(followed([read], { state: 'running' }));
    view.close();
    const frames = drawn.length;
    view.close();
    expect(drawn).toHaveLength(frames);
    expect(drawn.at(-1)).not.toContain('Ctrl-C');
    expect(drawn.at(-1)).toContain('46 read');
  });
});

describe('a run that ended before its first stage', () => {
  it('leaves nothing of the waiting on the screen', () => {
    let cleared = 0;
    const draw = Object.assign(() => {}, { clear: () => void cleared++, done() {}, persist() {} });
    const view = new LiveView(paper(), draw);
    view.update(followed([], { state: 'failed' }));
    view.close();
    expect(cleared).toBe(1);
  });
});

describe('plain lines', () => {
  function plain() {
    const terminal = paper();
    const clock = { ms: 0 };
    const view = new PlainView(terminal, () => clock.ms);
    view.attach({ workflowId: 'handbook-1', temporal: '127.0.0.1:7233', resumed: false, interrupting: '' });
    return { view, lines: terminal.lines, clock };
  }

  it('come when a stage begins and ends, and not in between', () => {
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

  it('give a sign of life every five seconds while a stage runs', () => {
    const { view, lines, clock } = plain();
    for (; clock.ms <= 16_000; clock.ms += 500) view.update(followed([{ name: 'evaluate', state: 'running' }]));
    expect(lines.slice(1)).toEqual([
      '  evaluate    running',
      '  evaluate    5.0 s so far',
      '  evaluate    10 s so far',
      '  evaluate    15 s so far',
    ]);
  });

  it('say once what holds the run up, and once more if it is something else', () => {
    const { view, lines } = plain();
    const held = (notice: string) => view.update(followed([], { notice }));
    held('No worker is serving queue hone.');
    held('No worker is serving queue hone.');
    held('ask, attempt 2, after: busy');
    expect(lines).toEqual(['  No worker is serving queue hone.', '  ask, attempt 2, after: busy']);
  });

  it('say what a held run waits for, and how to let it go on', () => {
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

  it('hold nothing that is not text, nor anything about stages that are skipped', () => {
    const { view, lines } = plain();
    view.update(followed([{ name: 'split', state: 'skipped' }, read, reused, training]));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what must not be there
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u001b]|█/);
    expect(lines.join('\n')).not.toContain('split');
  });
});
