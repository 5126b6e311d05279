import { NamespaceNotFoundError, WorkflowNotFoundError } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Fault } from '../core/contracts/fault.ts';
import { serviceFault } from './service-fault.ts';

const status = (code: number, details: string) =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
const wrapped = (cause: Error) => new Error('Failed to describe workflow', { cause });

describe('an error of the Temporal service', () => {
  it('says that no server answers, for every such error of the SDK', () => {
    const silent = [
      wrapped(status(14, 'connection refused')),
      wrapped(status(4, 'deadline exceeded')),
      new Error('Failed to connect before the deadline'),
      new Error('tonic::transport::Error(Transport, ConnectError("tcp connect error"))'),
    ];
    for (const error of silent) {
      const fault = serviceFault(error, 'temporal.internal:7233');
      expect(fault).toMatchObject({
        kind: 'unavailable',
        message: 'No Temporal server answers at temporal.internal:7233.',
      });
      expect(fault.retryable).toBe(true);
    }
  });

  it('says what is wrong if a retry does not help', () => {
    const kinds = [
      [wrapped(status(16, 'bad key')), 'credentials', 'bad key'],
      [wrapped(status(7, 'not yours')), 'credentials', 'not yours'],
      [wrapped(status(3, 'id too long')), 'input', 'id too long'],
      [new NamespaceNotFoundError('acme'), 'config', 'no namespace acme'],
      [new WorkflowNotFoundError('gone', 'handbook-1', undefined), 'input', 'no run handbook-1'],
    ] as const;
    for (const [error, kind, words] of kinds) {
      const fault = serviceFault(error, 'x');
      expect(fault.kind).toBe(kind);
      expect(fault.message).toContain(words);
      expect(fault.retryable).toBe(false);
    }
  });

  it('is returned as it is if it is a Fault', () => {
    const fault = new Fault('quality', 'No.', 'Do.');
    expect(serviceFault(fault, 'x')).toBe(fault);
  });
});
