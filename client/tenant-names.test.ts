import { describe, expect, it } from 'vitest';
import { TenantNames } from './tenant-names.ts';

describe('a client of a tenant', () => {
  const names = new TenantNames('acme');

  it('knows its ids with and without the prefix', () => {
    expect(names.find('handbook-1f2e')).toBe('hone.acme.handbook-1f2e');
    expect(names.find('hone.acme.handbook-1f2e')).toBe('hone.acme.handbook-1f2e');
    expect(names.make('nightly')).toBe('hone.acme.nightly');
    expect(names.short('hone.acme.nightly')).toBe('nightly');
  });

  it.each(['hone.globex.nightly', 'hone.acm.nightly', 'hone.acme', 'hone', 'hone-rate-limiter/default', '../globex'])(
    'takes %s for one of its own ids, which is of nothing',
    (id) => {
      expect(names.find(id)).toBe(`hone.acme.${id}`);
      expect(names.has(id)).toBe(false);
    },
  );

  it('has the workflows of its own queue alone', () => {
    expect(names.hasQueue('hone.acme.workflow')).toBe(true);
    for (const queue of ['hone', 'hone.globex.workflow', 'hone.acme.cpu', 'test'])
      expect(names.hasQueue(queue)).toBe(false);
  });
});

describe('a client of the default tenant', () => {
  const names = new TenantNames('default');

  it('calls everything as it always did', () => {
    for (const id of ['handbook-1f2e', 'v1.nightly', 'hone', 'hone.x', 'hone-rate-limiter/default', 'a/b'])
      expect(names.find(id)).toBe(id);
    expect(names.queue).toBe('hone');
  });

  it('finds nothing of a tenant, and starts nothing under such an id', () => {
    expect(names.find('hone.acme.nightly')).toBeUndefined();
    expect(names.has('hone.acme.nightly')).toBe(false);
    expect(() => names.make('hone.acme.nightly')).toThrow('begins as the ids of another tenant do');
    expect(names.hasQueue('hone.acme.workflow')).toBe(false);
  });
});

it.each(['../globex', 'Acme', '', 'a.b'])('refuses %j as a tenant', (tenant) => {
  expect(() => new TenantNames(tenant)).toThrow('cannot be the name of a tenant');
});
