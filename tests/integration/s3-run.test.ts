import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { BUCKET, startS3Server } from '../harness/s3-server.ts';
import { pumpPages, TINY_BERT } from '../harness/samples.ts';
import { stubEnv, useHarness } from '../harness/use-harness.ts';

const STORE = `s3://${BUCKET}/artifacts`;

const harness = useHarness();
let project: Project;
beforeAll(async () => {
  const server = await startS3Server(harness);
  stubEnv(server.env);
  project = await createProject(harness, { ...server.env, HONE_STORE: STORE, HONE_MODELS: 'models' });
  await cp(TINY_BERT, join(project.folder, 'tiny-bert'), { recursive: true });
  const bucket = new S3Bucket(BUCKET);
  for (const [path, text] of Object.entries(pumpPages(8))) await bucket.put(`acme/${path}`, Buffer.from(text));
});

const run = (...more: string[]) =>
  project.hone(['run', `s3://${BUCKET}/acme/docs/`, '--questions', 'headings', '--json', '--epochs', '1', ...more]);

it('reads documents from a bucket, writes the model to it, and downloads the model on request', async () => {
  const ended = await run('--model', './tiny-bert');
  expect([0, 3]).toContain(ended.code);
  const { model, report, counts } = lastJson(ended);
  expect(counts).toMatchObject({ documents: 8, skipped: 0 });
  expect(model).toMatch(new RegExp(`^${STORE}/runs/[^/]+/model$`));
  expect(report).toMatch(new RegExp(`^${STORE}/runs/[^/]+/report.html$`));

  const pulled = await project.hone(['model', 'pull', model]);
  const folder = pulled.stdout.trim();
  const weights = await new S3Bucket(BUCKET).get(`${model.slice(`s3://${BUCKET}/`.length)}/model.safetensors`);
  expect(await readFile(join(folder, 'model.safetensors'))).toEqual(Buffer.from(weights?.bytes ?? ''));

  // The tuned model can be tuned further, also by a worker without a local copy.
  await rm(join(project.folder, 'models'), { recursive: true });
  const further = await run('--model', model);
  expect([0, 3]).toContain(further.code);
  expect(lastJson(further).baseModel).toEqual({ name: model, revision: 'local' });
});

it('doctor checks the conditional writes of the store, and explains why a store cannot be used', async () => {
  const usable = await project.hone(['doctor']);
  expect(usable.stdout).toMatch(new RegExp(`ok\\s+store\\s+${STORE}, conditional writes hold`));
  const unusable = await project.hone(['doctor', '--store', 's3://not-there/x']);
  expect(unusable.code).toBe(1);
  expect(unusable.stdout).toMatch(/fail\s+store\s+There is no bucket not-there at this endpoint/);
});
