import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import { BUCKET, S3Server } from '../s3/server.ts';
import { lastJson, Project, pumpPages } from './project.ts';

const STORE = `s3://${BUCKET}/artifacts`;

let server: S3Server;
let project: Project;
beforeAll(async () => {
  server = await S3Server.start();
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  project = await Project.create({ HONE_STORE: STORE, HONE_MODELS: 'models' });
  await cp(fileURLToPath(new URL('../recorded/tiny-bert', import.meta.url)), join(project.folder, 'tiny-bert'), {
    recursive: true,
  });
  const bucket = new S3Bucket(BUCKET);
  for (const [path, text] of Object.entries(pumpPages(8))) await bucket.put(`acme/${path}`, Buffer.from(text));
});
afterAll(async () => {
  await project.remove();
  await server.remove();
});

const run = (...more: string[]) =>
  project.hone(['run', `s3://${BUCKET}/acme/docs/`, '--questions', 'headings', '--json', '--epochs', '1', ...more]);

it('takes documents from a bucket, leaves the model in one, and brings it here when asked', async () => {
  const ended = await run('--model', './tiny-bert');
  expect([0, 3]).toContain(ended.code);
  const { model, report, corpus } = lastJson(ended);
  expect(corpus).toMatchObject({ documents: 8, skipped: 0 });
  expect(model).toMatch(new RegExp(`^${STORE}/runs/[^/]+/model$`));
  expect(report).toMatch(new RegExp(`^${STORE}/runs/[^/]+/report.html$`));

  const pulled = await project.hone(['model', 'pull', model]);
  const folder = pulled.stdout.trim();
  const weights = new S3Bucket(BUCKET).get(`${model.slice(`s3://${BUCKET}/`.length)}/model.safetensors`);
  expect(await readFile(join(folder, 'model.safetensors'))).toEqual(Buffer.from((await weights)?.bytes as Uint8Array));

  // What was tuned can be tuned further, by any worker.
  await rm(join(project.folder, 'models'), { recursive: true });
  const further = await run('--model', model);
  expect([0, 3]).toContain(further.code);
  expect(lastJson(further).baseModel).toEqual({ name: model, revision: 'local' });
});

it('doctor tries the store’s conditional writes, and says what is wrong with one that it cannot use', async () => {
  const well = await project.hone(['doctor']);
  expect(well.stdout).toMatch(new RegExp(`ok\\s+store\\s+${STORE}, conditional writes hold`));
  const ill = await project.hone(['doctor', '--store', 's3://not-there/x']);
  expect(ill.code).toBe(1);
  expect(ill.stdout).toMatch(/fail\s+store\s+There is no bucket not-there at this endpoint/);
});
