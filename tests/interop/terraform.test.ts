import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { infraTools } from '../harness/infra-tools.ts';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../infra/terraform/aws/', import.meta.url));
const STORAGE = new URL('../../docs/storage.md', import.meta.url);

const tools = await infraTools().catch((error: Error) => error);

/** Blocks of one kind by type and name, with quotes of literals taken off: `resource.aws_s3_bucket.store`. */
type Blocks = Map<string, z.infer<typeof Body>>;
const Body = z.record(z.string(), z.unknown());
const File = z.record(z.string(), z.array(z.record(z.string(), z.record(z.string(), z.unknown()))));

let blocks: Blocks;
beforeAll(async () => {
  if (!(tools instanceof Error)) blocks = await readBlocks(tools);
});
beforeEach(({ skip }) => skip(tools instanceof Error, `${tools}`));

async function readBlocks(programs: string): Promise<Blocks> {
  const found: Blocks = new Map();
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.tf'));
  for (const name of files) {
    const { stdout } = await run(`${programs}/hcl2tojson`, [FOLDER + name]);
    const content = z.record(z.string(), z.array(z.unknown())).parse(unquoted(JSON.parse(stdout)));
    for (const kind of ['resource', 'data'])
      for (const block of File.parse({ [kind]: content[kind] ?? [] })[kind] ?? [])
        for (const [type, named] of Object.entries(block))
          for (const [id, body] of Object.entries(named)) found.set(`${kind}.${type}.${id}`, Body.parse(body));
  }
  return found;
}

/** The parser leaves literals in their quotes, as names of blocks are. */
function unquoted(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^"(.*)"$/s, '$1');
  if (Array.isArray(value)) return value.map(unquoted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.replace(/^"(.*)"$/, '$1'), unquoted(inner)]),
  );
}

const Statements = z.object({ statement: z.array(z.looseObject({ actions: z.array(z.string()).optional() })) });
const actions = (policy: string) =>
  Statements.parse(blocks.get(`data.aws_iam_policy_document.${policy}`)).statement.flatMap((one) => one.actions ?? []);

test('the files are formatted and well-formed as far as terraform can tell without its providers', async ({ skip }) => {
  const command = ['terraform', 'tofu'];
  for (const name of command) {
    if (!(await run(name, ['version']).catch(() => undefined))) continue;
    const { stdout } = await run(name, ['fmt', '-check', '-diff', FOLDER]);
    expect(stdout).toBe('');
    return;
  }
  skip(`There is neither ${command.join(' nor ')} on the PATH.`);
});

test('nothing that is current expires by its age: only the collector knows what is needed', () => {
  const Rules = z.object({ rule: z.array(z.looseObject({ id: z.string(), expiration: z.array(Body).optional() })) });
  const { rule } = Rules.parse(blocks.get('resource.aws_s3_bucket_lifecycle_configuration.store'));
  expect(rule.map(({ id }) => id)).toEqual(['abort-uploads', 'expire-noncurrent']);
  for (const { expiration = [] } of rule)
    expect(expiration).toEqual(expiration.map(() => ({ expired_object_delete_marker: true, __is_block__: true })));
  expect(rule[0]).toHaveProperty('abort_incomplete_multipart_upload');
});

test('the bucket is closed to the public and to connections without TLS, and encrypted', () => {
  expect(blocks.get('resource.aws_s3_bucket_public_access_block.store')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(JSON.stringify(blocks.get('data.aws_iam_policy_document.bucket'))).toMatch(
    /"Deny".*aws:SecureTransport.*false/,
  );
  expect(JSON.stringify(blocks.get('resource.aws_s3_bucket_server_side_encryption_configuration.store'))).toMatch(
    /AES256.*aws:kms/,
  );
});

test('a worker may do what docs/storage.md says, and a reader write nothing', async () => {
  const [json] = /\{\n {2}"Version": "2012-10-17"[\s\S]*?\n\}/.exec(await readFile(STORAGE, 'utf8')) ?? [];
  const { Statement } = z
    .object({ Statement: z.array(z.object({ Action: z.array(z.string()) })) })
    .parse(JSON.parse(`${json}`));
  const documented = Statement.flatMap(({ Action }) => Action);
  expect(actions('worker')).toEqual(documented);
  expect(actions('collector')).toEqual(documented);
  expect(actions('reader')).toEqual(['s3:ListBucket', 's3:GetObject']);
});
