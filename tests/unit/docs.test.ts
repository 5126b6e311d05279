import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => existsSync(path));
/** Example documents are data: their links lead into an invented company's intranet. */
const PAGES = tracked.filter((path) => path.endsWith('.md') && !/^(examples\/.*\/|tests\/)/.test(path));

/** Build outputs and settings of one machine. */
const isIgnored = (path: string) => spawnSync('git', ['check-ignore', '--quiet', path]).status === 0;

const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** GitHub's: lower case, spaces as dashes, other punctuation dropped. */
const anchors = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('links to pages and headings that exist', () => {
    const broken = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [path, anchor] = link.split('#');
      const file = path ? join(dirname(page), path) : page;
      const found = existsSync(file) && (!anchor || anchors(file).includes(anchor));
      return found ? [] : [link];
    });
    expect(broken).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const missing = [...text.matchAll(/`([\w.-]+(?:\/[\w.@-]+)*\/?)`/g)].flatMap(([, path = '']) => {
      const isPath = /^(core|workflows|activities|workers|client|cli|bench|docs|examples|tests|scripts|infra)\/./.test(
        path,
      );
      return isPath && !existsSync(path) && !isIgnored(path) ? [path] : [];
    });
    expect(missing).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('the table of the tree in docs/architecture.md', () => {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `([\w/-]+)\/` \| .* \| (.*) \|$/gm)].map(([, folder = '', imports = '']) => [
      folder,
      [...imports.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    ]),
  );

  it('allows the imports that the lint configuration allows', async () => {
    const file: string = '../../.dependency-cruiser.mjs';
    const { default: config } = (await import(file)) as { default: { forbidden: { name: string; comment: string }[] } };
    const floors = config.forbidden.flatMap(({ name, comment }) => {
      const [, folder] = /^floor: (.*)$/.exec(name) ?? [];
      const [, allowed = ''] = /may import (.*)\.$/.exec(comment) ?? [];
      return folder === undefined ? [] : [[folder, allowed.startsWith('nothing') ? [] : allowed.split(', ')] as const];
    });
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(floors));
  });

  it('has every folder with code', () => {
    const folders = tracked
      .filter((path) => path.endsWith('.ts') && path.includes('/'))
      .map((path) => path.split('/').slice(0, path.startsWith('core/') ? 2 : 1))
      .map((parts) => parts.join('/'));
    const outside = ['tests', 'scripts'];
    expect([...new Set(folders)].filter((folder) => !rows.has(folder) && !outside.includes(folder))).toEqual([]);
  });
});

it('docs/contributing.md shows the example operator and architecture as they are tested', () => {
  const page = readFileSync('docs/contributing.md', 'utf8');
  const shown = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  for (const name of ['softplus.ts', 'softplus.test.ts', 'averaging.ts'])
    expect(shown, name).toContain(readFileSync(`tests/unit/made-up/${name}`, 'utf8'));
});
