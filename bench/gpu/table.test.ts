import { describe, expect, test } from 'vitest';
import type { Figures } from './figures.ts';
import type { PartResult } from './part.ts';
import { resultTable } from './table.ts';

const done = (title: string, figures: Figures): PartResult => ({
  part: title,
  title,
  status: 'done',
  seconds: 2,
  figures,
});
const training = (title: string, pairsPerSecond: number, deviceBytes?: number) =>
  done(title, {
    training: {
      ...{ pairsPerSecond, stepsPerSecond: pairsPerSecond / 32, firstStepSeconds: 1.5, hostBytes: 5e8, deviceBytes },
      ...{ losses: [1.51486, 0.20801], settings: '32 pairs a step' },
    },
  });
const rowOf = (table: string, start: string) => table.split('\n').find((line) => line.startsWith(`| ${start} |`));

describe('the table', () => {
  test('says how much of its goal an engine reaches, of the same shape', () => {
    const table = resultTable([
      training('bge-base, torch fp32', 900),
      training('all-MiniLM-L6-v2, Hone webgpu', 300, 2.5e9),
      training('all-MiniLM-L6-v2, torch fp32', 200),
      training('all-MiniLM-L6-v2, Hone cuda (TF32)', 100),
    ]);
    expect(rowOf(table, 'all-MiniLM-L6-v2, Hone webgpu')).toBe(
      '| all-MiniLM-L6-v2, Hone webgpu | 300 | 9.38 | 1.5 s | 2.50 GB | 0.50 GB | 1.5149 0.2080 | 1.50x of torch fp32 | 32 pairs a step |',
    );
    expect(rowOf(table, 'all-MiniLM-L6-v2, Hone cuda (TF32)')).toContain('at least torch TF32, not measured');
    expect(rowOf(table, 'all-MiniLM-L6-v2, torch fp32')).toContain('| – |');
  });

  test('shows what failed with what was found, and what was skipped with its reason', () => {
    const table = resultTable([
      {
        ...{ part: 'check-gradients-webgpu', title: 'gradients, webgpu', status: 'failed', seconds: 61 },
        reason: '1 of 9 failed',
        figures: { check: { passed: 8, failed: 1, failures: ['qwen3: expected 0.2 | to be less than 0.1'] } },
      },
      {
        part: 'train-minilm-cuda',
        title: 'x',
        status: 'skipped',
        seconds: 0,
        reason: 'cuda does not work:\nno driver',
      },
      { part: 'profile-webgpu', title: 'y', status: 'failed', seconds: 3, reason: 'its process ended with SIGSEGV' },
    ]);
    expect(table).toContain('0 done, 2 failed, 1 skipped, 64 s');
    expect(rowOf(table, 'gradients, webgpu')).toBe(
      '| gradients, webgpu | **1 of 9 failed**; qwen3: expected 0.2 \\| to be less than 0.1 | 61 s |',
    );
    expect(table).toContain('- train-minilm-cuda: cuda does not work: no driver');
    expect(table).toContain('- profile-webgpu: its process ended with SIGSEGV');
  });

  test('quotes what a user reads when memory runs out', () => {
    const memory = {
      kind: 'exhausted',
      read: 'It ran out. Lower batchSize.',
      details: ['native'],
      largest: 64,
      failedAt: 128,
    };
    expect(resultTable([done('batches', { memory })])).toContain(
      '- batches: 64 pairs fit, 128 do not. exhausted “It ran out. Lower batchSize.” (native)',
    );
  });

  test('names the operators that ran on the CPU', () => {
    const matMul = { operator: 'MatMul', provider: 'WebGpu', count: 12, milliseconds: 34.56 };
    const gather = { operator: 'Gather', provider: 'CPU', count: 2, milliseconds: 0.1 };
    const profile = { steps: 3, pairs: 2, tokens: 16, operators: [matMul], onCpu: [gather] };
    const table = resultTable([done('operators', { profile })]);
    expect(table).toContain('On the CPU: 2 Gather.');
    expect(rowOf(table, 'MatMul | WebGpu | 12')).toContain('34.6');
  });
});
