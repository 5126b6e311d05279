import { describe, expect, it } from 'vitest';
import { Throughput } from './throughput.ts';

describe('the throughput', () => {
  it('does not count the slow first steps, and is undefined until another step counts', () => {
    const throughput = new Throughput();
    throughput.add(10, 60);
    throughput.add(10, 30);
    expect(throughput.samplesPerSecond).toBeUndefined();
    throughput.add(10, 1);
    expect(throughput.samplesPerSecond).toBe(10);
  });

  it('follows the last steps', () => {
    const throughput = new Throughput({ skip: 0, window: 2 });
    for (const seconds of [10, 1, 1]) throughput.add(5, seconds);
    expect(throughput.samplesPerSecond).toBe(5);
  });
});
