import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SilenceWatch } from './watch-silence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const patience = { first: 60_000, later: 10_000, times: 30 };

function watched({ isWorking = () => true }: { isWorking?: () => boolean } = {}) {
  const hung: number[] = [];
  const watch = new SilenceWatch(isWorking, (silence) => hung.push(silence), patience);
  const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);
  return { watch, hung, pass };
}

it('waits long for the first report, and less for the others', () => {
  const { watch, hung, pass } = watched();
  pass(59);
  watch.report();
  pass(9);
  expect(hung).toEqual([]);
  pass(3);
  expect(hung).toHaveLength(1);
  pass(100);
  expect(hung).toHaveLength(1);
});

it('waits many times as long as a step took', () => {
  const { watch, hung, pass } = watched();
  for (let step = 0; step < 3; step++) {
    watch.report();
    pass(5);
  }
  watch.report();
  pass(145);
  expect(hung).toEqual([]);
  pass(10);
  expect(hung).toHaveLength(1);
});

it('does not watch an idle process', () => {
  let isWorking = false;
  const { watch, hung, pass } = watched({ isWorking: () => isWorking });
  watch.report();
  pass(3600);
  isWorking = true;
  pass(9);
  watch.report();
  pass(9);
  expect(hung).toEqual([]);
});

it('does not take its own sleep for the silence of the other', () => {
  const { watch, hung, pass } = watched();
  watch.report();
  pass(5);
  vi.setSystemTime(Date.now() + 3_600_000);
  const later = performance.now() + 3_600_000;
  vi.spyOn(performance, 'now').mockImplementation(() => later);
  pass(2);
  vi.mocked(performance.now).mockRestore();
  expect(hung).toEqual([]);
});
