import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke } from './invoke.ts';
import type { Terminal } from './output/terminal.ts';
import type { Io } from './runtime/io.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let cwd: string;
let nobody: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hone-cli-'));
  // A port that was free a moment ago: nothing listens there.
  nobody = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`));
    });
  });
});
afterAll(() => rm(cwd, { recursive: true }));

interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Calls `hone` in this process; nothing here gets as far as starting a server. */
async function hone(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const before = { ...process.env };
  const written = { out: '', err: '' };
  const page = (to: 'out' | 'err'): Terminal => ({
    line: (text) => {
      written[to] += `${text}\n`;
    },
    live: false,
    columns: 80,
    style: (_format, text) => text,
  });
  const io: Io = { out: page('out'), err: page('err'), cwd, exitCode: 0 };
  Object.assign(process.env, env);
  try {
    await invoke(args, io);
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  return { code: io.exitCode, stdout: written.out, stderr: written.err };
}

/** Calls `hone` as a shell would. */
function shell(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const { PATH, HOME } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd, env: { PATH, HOME, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

// The first call of a command loads what it needs, which takes seconds on a busy machine.
describe('hone', { timeout: 60_000 }, () => {
  it('explains itself and every command, with examples', async () => {
    const { code, stdout, stderr } = await hone(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const command of ['run', 'follow', 'list', 'show', 'cancel', 'worker', 'model', 'schema', 'doctor']) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    for (const command of [
      ['run'],
      ['follow'],
      ['list'],
      ['show'],
      ['cancel'],
      ['worker'],
      ['model', 'pull'],
      ['model', 'export'],
      ['schema'],
      ['schedule', 'create'],
      ['schedule', 'update'],
    ]) {
      const help = await hone([...command, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(/^Examples?:\n {2}\$ /m);
    }
  });

  it('answers wrong use with 2, one sentence and no stack', async () => {
    const wrong = [
      ['frobnicate'],
      ['run', '--frobnicate'],
      ['run', 'docs', '--epochs', 'two'],
      ['run', 'docs', '--questions', 'magic'],
      ['run'],
      ['run', 'docs', '--epochs', '0'],
      ['run', 'nowhere/at/all'],
      ['run', '--config', 'none.yaml'],
      ['run', '--dataset', 'train.json'],
      ['list', '--limit', '0'],
      ['follow'],
      ['model', 'export', 'nowhere'],
      ['worker', '--queue', 'cpus'],
      ['worker', '--queue', ''],
      ['schedule', 'update', 'nightly'],
      ['schedule', 'update', 'nightly', '--every', '1d', '--cron', '0 3 * * *'],
      ['schedule', 'update', 'nightly', '--config', 'none.yaml'],
    ];
    for (const args of wrong) {
      const { code, stdout, stderr } = await hone(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^hone: \S.*\n {6}\S/);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('answers a server that is not there with 1 and what to do, also to programs', async () => {
    const env = { TEMPORAL_ADDRESS: nobody };
    const { code, stdout, stderr } = await hone(['show', 'x', '--json'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(`No Temporal server answers at ${nobody}.\n`);
    expect(stderr).toContain('TEMPORAL_ADDRESS');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', error: { kind: 'unavailable' } });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('will not pretend to choose the store of workers elsewhere', async () => {
    const { code, stderr } = await hone(['follow', 'x', '--store', '/tmp/s'], { TEMPORAL_ADDRESS: nobody });
    expect(code).toBe(2);
    expect(stderr).toContain('HONE_STORE');
  });

  it('colours only where colours are wanted', async () => {
    const wrong = ['run', 'nowhere'];
    const [piped, forced, none] = await Promise.all([
      shell(wrong),
      shell(wrong, { FORCE_COLOR: '1' }),
      shell(wrong, { NO_COLOR: '1' }),
    ]);
    expect([piped.code, forced.code, none.code]).toEqual([2, 2, 2]);
    expect(piped.stderr).not.toContain('\u001b[');
    expect(forced.stderr).toContain('\u001b[31m');
    expect(none.stderr).not.toContain('\u001b[');
  });

  it('prints the schema of a run input: every option with its description, defaults filled in', async () => {
    const schema = JSON.parse((await hone(['schema'])).stdout);
    expect(schema.properties.documents).toMatchObject({ type: 'array', minItems: 1 });
    expect(schema.properties.training.properties.epochs).toMatchObject({ default: 2, minimum: 1 });
    expect(schema.required ?? []).not.toContain('model');
    for (const option of Object.values<{ description?: string }>(schema.properties.training.properties)) {
      expect(option.description).toBeTruthy();
    }
  });
});
