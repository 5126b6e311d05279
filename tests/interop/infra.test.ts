import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { infraTools } from '../harness/infra-tools.ts';

const run = promisify(execFile);
const INFRA = fileURLToPath(new URL('../../infra/', import.meta.url));

const tools = await infraTools().catch((error: Error) => error);

it('compose.yaml is valid by the Compose specification', async ({ skip }) => {
  if (tools instanceof Error) return skip(tools.message);
  const { stdout } = await run(`${tools}/check-jsonschema`, [
    '--builtin-schema',
    'vendor.compose-spec',
    `${INFRA}compose.yaml`,
  ]);
  expect(stdout).toContain('ok');
});

it('hadolint finds nothing in the Dockerfile', async ({ skip }) => {
  if (tools instanceof Error) return skip(tools.message);
  await run(`${tools}/hadolint`, [`${INFRA}Dockerfile`]);
});
