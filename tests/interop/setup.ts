import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { setUpPython } from '../../bench/peers/python.ts';
import {
  LLAMA_INDEX,
  LLAMA_INDEX_PYTHON,
  LLAMA_INDEX_VENV,
  MODEL_SIGNING,
  PEERS,
  SIGNING_VENV,
  TRACKERS,
  TRACKERS_VENV,
} from './peers.ts';

const run = promisify(execFile);

/** Installs the libraries that have to read Hone's output, once, under `.cache/`. */
export async function setup(): Promise<void> {
  await setUpPython(console.log);
  await setUpLlamaIndex();
  await setUpVenv(TRACKERS_VENV, TRACKERS, 'mlflow, tensorboard');
  await setUpVenv(SIGNING_VENV, MODEL_SIGNING, 'model_signing');
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

async function setUpLlamaIndex(): Promise<void> {
  const { core, finetuning } = LLAMA_INDEX;
  const versions = [core, finetuning]
    .map((requirement) => requirement.split('=='))
    .map(([name, version]) => `version("${name}") == "${version}"`);
  const check = `from importlib.metadata import version; assert ${versions.join(' and ')}`;
  if (await works(LLAMA_INDEX_PYTHON, ['-c', check], '.')) return;
  console.log('installing llama-index-core (once)');
  const pip = (...args: string[]) =>
    run(LLAMA_INDEX_PYTHON, ['-m', 'pip', 'install', '--quiet', ...args], { maxBuffer: 1 << 26 });
  await run('python3', ['-m', 'venv', LLAMA_INDEX_VENV]);
  await pip(core);
  // The tests use one class of it, which needs none of its gigabytes of dependencies.
  await pip('--no-deps', finetuning);
}

async function setUpVenv(folder: string, requirements: readonly string[], modules: string): Promise<void> {
  const python = `${folder}/bin/python`;
  if (await works(python, ['-c', `import ${modules}`], '.')) return;
  console.log(`installing ${requirements.join(', ')} (once)`);
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...requirements], { maxBuffer: 1 << 26 });
}

function works(command: string, args: readonly string[], cwd: string): Promise<boolean> {
  return run(command, args, { cwd }).then(
    () => true,
    () => false,
  );
}
