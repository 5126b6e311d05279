import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { PEERS, PYTHON, VENV } from './peers.ts';

const run = promisify(execFile);

/** Installs the libraries our output must work in, once, under `.cache/`: torch is gigabytes, so the first time takes minutes. */
export async function setup(): Promise<void> {
  if (!(await works(PYTHON, ['-c', 'import sentence_transformers']))) {
    console.log('installing torch and sentence-transformers (gigabytes; once, some minutes)');
    await run('python3', ['-m', 'venv', VENV]);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', 'torch', 'sentence-transformers'], { maxBuffer: 1 << 26 });
  }
  if (!(await works(process.execPath, ['-e', "require.resolve('@huggingface/transformers')"], PEERS))) {
    console.log('installing @huggingface/transformers (once)');
    await mkdir(PEERS, { recursive: true });
    await writeFile(`${PEERS}/package.json`, '{ "private": true }\n');
    await run('npm', ['install', '--no-audit', '--no-fund', '@huggingface/transformers@4'], {
      cwd: PEERS,
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
      maxBuffer: 1 << 26,
    });
  }
}

function works(command: string, args: readonly string[], cwd = '.'): Promise<boolean> {
  return run(command, args, { cwd }).then(
    () => true,
    () => false,
  );
}
