import { expect, it } from 'vitest';
import { isAmbiguousKey, resolveObjectLocation } from './object-location.ts';

const roots = ['s3://acme/handbook', 's3://all'];

it.each([
  ['s3://acme/handbook', { folder: 'handbook/', object: 'handbook' }],
  ['s3://acme/handbook/', { folder: 'handbook/', object: undefined }],
  ['s3://acme/handbook/pumps.md', { folder: 'handbook/pumps.md/', object: 'handbook/pumps.md' }],
  ['s3://acme/handbook/*/a.md', { folder: 'handbook/', object: undefined, glob: 'handbook/*/a.md' }],
  ['s3://all', { folder: '', object: undefined }],
  ['s3://all/手册 1/', { folder: '手册 1/', object: undefined }],
])('%s is allowed', (location, resolved) => {
  expect(resolveObjectLocation(location, roots)).toMatchObject(resolved);
});

it.each([
  's3://acme',
  's3://acme/',
  's3://acme/handbook2/',
  's3://acme/handboo',
  's3://acme/*/x.md',
  's3://acme/hand*/x.md',
  's3://acme/handbook/../secret/',
  's3://all/../acme/secret',
  's3://another/handbook/',
  's3://all/.env',
  's3://acme/handbook/.git/config',
  's3://acme/handbook/.git/*',
])('%s is outside the roots', (location) => {
  expect(() => resolveObjectLocation(location, roots)).toThrow(/lies outside the folders this worker may read/);
});

it.each(['s3://', 's3:///x', 's3://b/\0'])('%j has no bucket', (location) => {
  expect(() => resolveObjectLocation(location, roots)).toThrow(/names no bucket/);
});

it('refuses buckets if there are none among the roots', () => {
  expect(() => resolveObjectLocation('s3://acme/handbook/', ['/srv'])).toThrow(/lies outside/);
});

it('detects keys that some servers normalise', () => {
  const keys = ['a/../b', '../b', 'a//b', './a', 'a/..', 'a/..b', 'a/b.', '...'];
  expect(keys.filter(isAmbiguousKey)).toEqual(['a/../b', '../b', 'a//b', './a', 'a/..']);
});
