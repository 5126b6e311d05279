import { expect, it } from 'vitest';
import { nodeVersion, version } from './package.ts';

it('reads the version and the oldest supported Node from package.json', () => {
  expect(version()).toMatch(/^\d+\.\d+\.\d+/);
  expect(nodeVersion()).toMatchObject({ running: process.versions.node, supported: true });
  const { needed } = nodeVersion();
  expect(needed).toMatch(/^\d+\.\d+\.\d+$/);
  expect(nodeVersion(needed).supported).toBe(true);
});

it.each(['18.20.0', '20.20.2', '22.9.0'])('does not support Node %s', (running) => {
  expect(nodeVersion(running).supported).toBe(false);
});
