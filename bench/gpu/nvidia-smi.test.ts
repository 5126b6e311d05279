import { expect, test } from 'vitest';
import { parseGpus, parseMemory } from './nvidia-smi.ts';

test('reads the GPUs that nvidia-smi lists, and ignores other lines', () => {
  const csv = [
    'Tesla T4, 580.65.06, 15360 MiB, 3 MiB, 7.5, 70.00 W',
    'NVIDIA GeForce RTX 4090, 580.65.06, 24564 MiB, 512 MiB, 8.9, [N/A]',
    'WARNING: infoROM is corrupted at gpu 0000:00:1E.0',
    '',
  ].join('\n');
  expect(parseGpus(csv).map((gpu) => gpu.name)).toEqual(['Tesla T4', 'NVIDIA GeForce RTX 4090']);
  expect(parseGpus(csv)[0]).toMatchObject({
    driver_version: '580.65.06',
    'memory.total': '15360 MiB',
    compute_cap: '7.5',
  });
});

test('reads used memory in bytes, and nothing from what is no number', () => {
  expect(parseMemory('1234 MiB')).toBe(1234 * 1024 ** 2);
  expect(parseMemory(' 0 MiB\r')).toBe(0);
  for (const line of ['[N/A]', '', 'No devices were found', '[Insufficient Permissions]'])
    expect(parseMemory(line)).toBeUndefined();
});
