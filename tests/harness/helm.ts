import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../../core/contracts/fault.ts';

const run = promisify(execFile);
const GO_CACHE = fileURLToPath(new URL('../../.cache/go-bin', import.meta.url));
const HELM = 'helm.sh/helm/v4/cmd/helm@v4.3.2';

/**
 * `helm` of the PATH, or built by Go once under `.cache/` (some minutes).
 * @throws Fault `config` if there is neither.
 */
export async function helm(): Promise<string> {
  for (const command of ['helm', `${GO_CACHE}/helm`])
    if (await run(command, ['version']).catch(() => undefined)) return command;
  try {
    await mkdir(GO_CACHE, { recursive: true });
    await run('go', ['install', HELM], { env: { ...process.env, GOBIN: GO_CACHE }, maxBuffer: 1 << 26 });
  } catch (cause) {
    const advice = 'Install helm 3 or 4, or Go with access to its module proxy.';
    throw new Fault('config', 'There is no helm, and it cannot be built.', advice, { cause });
  }
  return `${GO_CACHE}/helm`;
}
