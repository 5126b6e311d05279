import { expect, it } from 'vitest';
import { Fault } from '../../core/contracts/fault.ts';
import { NotChecked, Report } from './report.ts';

const found = async () => ({ line: '3 of 3', figures: { count: 3 } });
const fail = async () => {
  throw new Fault('unavailable', 'It is away.', 'Bring it back.');
};
const skip = async () => {
  throw new NotChecked('There is no Prometheus.');
};

it('says of each step what it found, and counts', async () => {
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line), new AbortController().signal);
  await report.step('first', found);
  await report.check('second', fail);
  await report.step('third', skip);
  expect(lines.map((line) => line.replace(/ +\(.*\)$/, ''))).toEqual([
    'first        3 of 3',
    'second       FAILED: It is away. Bring it back.',
    'third        not checked: There is no Prometheus.',
  ]);
  expect(report.steps[0]).toMatchObject({ outcome: 'passed', figures: { count: 3 } });
  expect(report.summary()).toMatch(/^1 passed, 1 failed, 1 not checked, in /);
});

it('ends at a step that the others need', async () => {
  const report = new Report(() => {}, new AbortController().signal);
  await expect(report.step('first', fail)).rejects.toThrow('It is away.');
  expect(report.count('failed')).toBe(1);
});

it('begins no step once it is interrupted, and does not count one that was cut off as failed', async () => {
  const controller = new AbortController();
  const report = new Report(() => {}, controller.signal);
  const cut = report.check('first', () => {
    controller.abort();
    return fail();
  });
  await expect(cut).rejects.toThrow(controller.signal.reason);
  await expect(report.check('second', found)).rejects.toThrow(controller.signal.reason);
  expect(report.steps).toEqual([]);
});
