import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';
import { invoke } from './invoke.ts';
import { recordingIo } from './runtime/io.fixture.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const cwd = temporaryFolder('file');
/** An address where nothing listens: its port was free a moment ago. */
let deadAddress: string;

beforeAll(async () => {
  deadAddress = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`));
    });
  });
});

interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process; none of the tests gets as far as starting a server. */
async function hone(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const before = { ...process.env };
  const io = recordingIo(cwd.path);
  Object.assign(process.env, env);
  try {
    await invoke(args, io);
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
  return { code: io.exitCode, stdout: text(io.out.lines), stderr: text(io.err.lines) };
}

/** Runs a command line in a process of its own. */
function shell(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const { PATH, HOME } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { cwd: cwd.path, env: { PATH, HOME, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

// The first run of a command imports its action, which takes seconds on a busy machine.
describe('hone', { timeout: 60_000 }, () => {
  it('has help for itself and every command, with examples', async () => {
    const { code, stdout, stderr } = await hone(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const command of ['run', 'follow', 'list', 'show', 'cancel', 'worker', 'model', 'schema', 'doctor', 'gc']) {
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
      ['model', 'push'],
      ['model', 'export'],
      ['verify'],
      ['schema'],
      ['schedule', 'create'],
      ['schedule', 'update'],
    ]) {
      const help = await hone([...command, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(/^Examples?:\n {2}\$ /m);
    }
  });

  it('exits with 2 for wrong use, with a message, an advice and no stack trace', async () => {
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

  it('exits with 1 if no server answers, and says so as text and as JSON', async () => {
    const env = { TEMPORAL_ADDRESS: deadAddress };
    const { code, stdout, stderr } = await hone(['show', 'x', '--json'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(`No Temporal server answers at ${deadAddress}.\n`);
    expect(stderr).toContain('TEMPORAL_ADDRESS');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', error: { kind: 'unavailable' } });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses --store if a Temporal server is configured', async () => {
    const { code, stderr } = await hone(['follow', 'x', '--store', '/tmp/s'], { TEMPORAL_ADDRESS: deadAddress });
    expect(code).toBe(2);
    expect(stderr).toContain('HONE_STORE');
  });

  it('uses colours only if they are wanted', async () => {
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

  it('prints the schema of a run input, with descriptions and defaults', async () => {
    const schema = JSON.parse((await hone(['schema'])).stdout);
    expect(schema.properties.documents).toMatchObject({ type: 'array', minItems: 1 });
    expect(schema.properties.training.properties.epochs).toMatchObject({ default: 2, minimum: 1 });
    expect(schema.required ?? []).not.toContain('model');
    for (const option of Object.values<{ description?: string }>(schema.properties.training.properties)) {
      expect(option.description).toBeTruthy();
    }
  });
});
