import { expect, it } from 'vitest';
import { placeOf } from './below.ts';

it.each([
  ['/srv/docs', ['/srv/docs'], 'below'],
  ['/srv/docs/a/b.md', ['/srv/docs'], 'below'],
  ['/srv/docs/..a/b.md', ['/srv/docs'], 'hidden'],
  ['/srv/docs2/a.md', ['/srv/docs'], 'elsewhere'],
  ['/srv', ['/srv/docs'], 'elsewhere'],
  ['/srv/docs/.env', ['/srv/docs'], 'hidden'],
  ['/srv/docs/.aws/credentials', ['/srv/docs'], 'hidden'],
  ['/srv/docs/.env', ['/srv/docs', '/srv/docs/.env'], 'below'],
  ['/home/me/.notes/a.md', ['/home/me/.notes'], 'below'],
  ['/srv/docs/a.md', [], 'elsewhere'],
])('%s, of %j, is %s', (path, folders, place) => {
  expect(placeOf(path, folders)).toBe(place);
});
