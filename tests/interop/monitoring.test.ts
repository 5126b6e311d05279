import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { debianProgram, type Program } from '../harness/debian-program.ts';

const FOLDER = fileURLToPath(new URL('../../infra/monitoring', import.meta.url));

let promtool: Program;
beforeAll(async () => {
  promtool = await debianProgram('promtool', 'prometheus');
});

const run = (...args: string[]) =>
  promisify(execFile)(promtool.command, args, { cwd: FOLDER, env: promtool.env }).then(({ stdout }) => stdout);

it('fires each alert when what it warns of happens, and not before', async () => {
  const { groups } = parse(await readFile(`${FOLDER}/alerts.yaml`, 'utf8'));
  const names = groups.flatMap(({ rules }: { rules: { alert: string }[] }) => rules.map(({ alert }) => alert));
  const tests = await readFile(`${FOLDER}/alerts.test.yaml`, 'utf8');
  expect(names.filter((name: string) => !tests.includes(name))).toEqual([]);
  expect(await run('check', 'rules', 'alerts.yaml')).toContain(`SUCCESS: ${names.length} rules found`);
  expect(await run('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
});
