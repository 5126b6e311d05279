import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { setUpPython } from '../../bench/peers/python.ts';
import { PEERS } from './peers.ts';

const run = promisify(execFile);

/** Installs the libraries our output must work in, once, under `.cache/`. */
export async function setup(): Promise<void> {
  await setUpPython(console.log);
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

function works(command: string, args: readonly string[], cwd: string): Promise<boolean> {
  return run(command, args, { cwd }).then(
    () => true,
    () => false,
  );
}
