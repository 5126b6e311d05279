import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../../core/contracts/fault.ts';

const run = promisify(execFile);
const VENV = fileURLToPath(new URL('../../.cache/infra-venv', import.meta.url));
/** They carry their schemas, so that nothing else has to be reached: Compose's, and those of Kubernetes. */
const PACKAGES = 'check-jsonschema==0.39.0\nhadolint-bin==2.15.1\nkubernetes-validate==1.37.0\npython-hcl2==8.1.4\n';

/**
 * Installs what checks the files of `infra/`, once, into a Python environment under `.cache/` (200 MB).
 * @returns The folder of the programs check-jsonschema, hadolint, kubernetes-validate and hcl2tojson.
 * @throws Fault `config` if pip cannot install them.
 */
export async function infraTools(): Promise<string> {
  const bin = `${VENV}/bin`;
  const installed = await readFile(`${VENV}/requirements.txt`, 'utf8').catch(() => '');
  if (installed === PACKAGES) return bin;
  try {
    await run('python3', ['-m', 'venv', VENV]);
    await run(`${bin}/python`, ['-m', 'pip', 'install', '--quiet', ...PACKAGES.trim().split('\n')]);
  } catch (cause) {
    const advice = 'Install Python 3 with venv, and see that pip reaches a package index.';
    throw new Fault('config', 'The programs that check infra/ cannot be installed.', advice, { cause });
  }
  await writeFile(`${VENV}/requirements.txt`, PACKAGES);
  return bin;
}
