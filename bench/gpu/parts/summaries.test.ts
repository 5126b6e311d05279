import { describe, expect, test } from 'vitest';
import { summarise as summariseTests } from './checks.ts';
import { summarise as summariseProfile } from './profile.ts';

describe('a report of tests', () => {
  const report = (...statuses: string[]) => ({
    testResults: [
      {
        assertionResults: statuses.map((status, i) => ({
          ...{ title: `test ${i}`, status },
          failureMessages: status === 'failed' ? ['expected 1\n  at x.ts'] : [],
        })),
      },
    ],
  });

  test('counts what passed, and not what was left out', () => {
    expect(summariseTests(report('passed', 'pending', 'passed'))).toEqual({ passed: 2, failed: 0, failures: [] });
  });

  test('fails with the first line of each failure', () => {
    expect(() => summariseTests(report('passed', 'failed'))).toThrow('1 of 2 failed');
    try {
      summariseTests(report('passed', 'failed'));
    } catch (error) {
      expect(error).toMatchObject({ figures: { check: { failures: ['test 1: expected 1'] } } });
    }
  });

  test('fails if no test ran, because a file could not be loaded or no name fits', () => {
    expect(() => summariseTests(report('skipped'))).toThrow('no test ran');
    const unloadable = { testResults: [{ message: 'Cannot find module\nat', assertionResults: [] }] };
    try {
      summariseTests(unloadable);
    } catch (error) {
      expect(error).toMatchObject({ figures: { check: { failures: ['Cannot find module'] } } });
    }
  });
});

test('a profile is summed by operator and provider, the slowest first', () => {
  const node = (name: string, op_name: string, provider: string, dur: number) => ({
    ...{ cat: 'Node', name, dur, args: { op_name, provider: `${provider}ExecutionProvider` } },
  });
  const { operators, onCpu } = summariseProfile([
    node('a_kernel_time', 'MatMul', 'WebGpu', 3000),
    node('a_fence_before', 'MatMul', 'WebGpu', 9000),
    node('b_kernel_time', 'Gather', 'CPU', 5000),
    node('c_kernel_time', 'MatMul', 'WebGpu', 4000),
    { cat: 'Api', name: 'layer.5/Gemm_1&Gemm&Gemm', dur: 2000 },
    { cat: 'Api', name: 'layer.5/Gemm_2&Gemm&Gemm', dur: 1000 },
    { cat: 'Session', name: 'model_run', dur: 20_000 },
  ]);
  expect(operators).toEqual([
    { operator: 'MatMul', provider: 'WebGpu', count: 2, milliseconds: 7 },
    { operator: 'Gather', provider: 'CPU', count: 1, milliseconds: 5 },
    { operator: 'Gemm', provider: 'GPU kernel', count: 2, milliseconds: 3 },
  ]);
  expect(onCpu.map(({ operator }) => operator)).toEqual(['Gather']);
});
