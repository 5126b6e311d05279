import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const { packages } = Lock.parse(read('package-lock.json'));
const locked = Object.entries(packages).flatMap(([path, entry]) => (path ? [{ path, ...entry }] : []));

/** Licences of what is shipped: none asks more than to name the authors. */
const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'Unlicense',
]);
/** Packages whose package.json names no licence -> what their LICENSE or README says. */
const UNNAMED: Readonly<Record<string, string>> = { 'node_modules/unionfs': 'Unlicense' };

/** Whether a licence expression (SPDX, without exceptions) can be met by allowed licences. */
function isAllowed(expression: string): boolean {
  const alternatives = expression.replace(/[()]/g, '').split(' OR ');
  return alternatives.some((all) => all.split(' AND ').every((one) => ALLOWED.has(one)));
}

it('every package is locked to its bytes, those of other platforms too', () => {
  expect(locked.filter(({ integrity, link }) => !integrity && !link).map(({ path }) => path)).toEqual([]);
  expect(locked.filter(({ integrity = '' }) => !integrity.startsWith('sha512-')).map(({ path }) => path)).toEqual([]);
});

it('no package comes from elsewhere than the registry that is set', () => {
  expect(locked.filter(({ resolved }) => resolved !== undefined).map(({ path }) => path)).toEqual([]);
});

it('every licence of what is shipped is allowed', () => {
  const shipped = locked.filter(({ dev }) => !dev);
  expect(shipped.length).toBeGreaterThan(100);
  const licences = shipped.map(({ path, license = UNNAMED[path] ?? 'none' }) => ({ path, license }));
  expect(licences.filter(({ license }) => !isAllowed(license))).toEqual([]);
});

it('package.json decides about every package that would run a script when it is installed', () => {
  const decided = Object.keys(read('package.json').allowScripts);
  const scripts = locked.filter(({ hasInstallScript }) => hasInstallScript);
  const names = scripts.map(({ path }) => path.split('node_modules/').at(-1));
  expect(names.filter((name) => name && !decided.includes(name) && name !== 'fsevents')).toEqual([]);
});
