import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { GpuProvider } from '../../../core/devices/find-devices.ts';
import { minilm } from '../../models/minilm.ts';
import type { Facts } from '../facts.ts';
import type { CheckFigures } from '../figures.ts';
import { type Part, PartFailure } from '../part.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const LIMIT_SECONDS = 300;

/** The tests of `npm run test:gpu`, in groups: their files, and the start of their names. */
const GROUPS = {
  gradients: { title: 'gradients are those of the CPU', files: ['training'], names: 'a training step' },
  'ten-steps': { title: 'ten steps as on the CPU; bit-equal resume', files: ['training'], names: 'ten steps' },
  session: { title: 'loss terms, mini-batches, freezing, LoRA', files: ['session'], names: '' },
  embedding: { title: 'embeddings are those of the CPU', files: ['embedding'], names: '' },
  operators: { title: 'every operator and its gradient', files: ['rules', 'lowering'], names: '' },
} as const;
export type Group = keyof typeof GROUPS;

export function checkPart(group: Group, device: GpuProvider): Part {
  return {
    name: `check-${group}-${device}`,
    title: `${GROUPS[group].title}, ${device}`,
    limitSeconds: LIMIT_SECONDS,
    reasonToSkip: (facts) => (facts[device].works ? undefined : `${device} does not work: ${facts[device].reason}`),
    run: async (facts) => ({ check: await runTests(group, device, facts) }),
  };
}

async function runTests(group: Group, device: GpuProvider, facts: Facts): Promise<CheckFigures> {
  const { files, names } = GROUPS[group];
  const folder = await mkdtemp(join(tmpdir(), 'hone-gpu-'));
  try {
    const report = join(folder, 'tests.json');
    const selected = files.map((name) => `tests/gpu/${name}.test.ts`);
    const reporter = ['--reporter=json', `--outputFile=${report}`];
    const args = ['run', '--project', 'gpu', ...reporter, ...(names ? ['-t', names] : []), ...selected];
    const env = {
      ...process.env,
      HONE_TEST_GPU: '1',
      HONE_TEST_DEVICE: device,
      // Real weights take minutes in software.
      ...(facts[device].software ? {} : { HONE_TEST_MODEL: await minilm() }),
    };
    const failed = await promisify(execFile)(process.execPath, [VITEST, ...args], {
      cwd: ROOT,
      env,
      maxBuffer: 1 << 26,
    })
      .then(() => undefined)
      .catch((error: { stderr?: string; message: string }) => error.stderr || error.message);
    const text = await readFile(report, 'utf8').catch(() => {
      throw new Error(`the tests did not run: ${failed?.slice(-2000)}`);
    });
    return summarise(JSON.parse(text));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The part of vitest's JSON report that is read. */
export interface TestReport {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | undefined;
    }[];
  }[];
}

/** @throws PartFailure if a test failed or none ran. */
export function summarise({ testResults }: TestReport): CheckFigures {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failures = tests.filter(({ status }) => status === 'failed');
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const unloadable = testResults.flatMap(({ message, assertionResults }) =>
    assertionResults.length === 0 && message ? [firstLine(message)] : [],
  );
  const figures = {
    passed,
    failed: failures.length,
    failures: [
      ...failures.map(({ title, failureMessages }) => `${title}: ${failureMessages?.map(firstLine).join('; ')}`),
      ...unloadable,
    ],
  };
  if (failures.length > 0)
    throw new PartFailure(`${failures.length} of ${passed + failures.length} failed`, { check: figures });
  if (passed === 0) throw new PartFailure('no test ran', { check: figures });
  return figures;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
