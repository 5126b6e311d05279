import { access, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEncoder } from '../../core/encoder/encoder.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { type Ended, lastJson, MODEL, Project, pumpPages } from './project.ts';

describe('hone run on a folder of documents', () => {
  let provider: RunningProvider;
  let project: Project;
  let first: Ended;
  // biome-ignore lint/suspicious/noExplicitAny: the wire form itself.
  let result: any;
  const run = ['run', 'docs', '--model', MODEL, '--max-length', '64', '--publish', 'pumps', '--json'];

  beforeAll(async () => {
    provider = await startProvider();
    project = await Project.create({ OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-not-to-be-told' });
    await project.write({ ...pumpPages(10), 'docs/empty.md': '', 'docs/liar.pdf': 'no pdf at all' });
    first = await project.hone(run);
    result = first.code === 0 || first.code === 3 ? lastJson(first) : undefined;
  });
  afterAll(async () => {
    await provider.close();
    await project.remove();
  });

  it('ends with figures, a model and a report', async () => {
    expect(first.stderr).toContain('documents');
    expect(result.corpus).toMatchObject({ documents: 10, skipped: 2, chunks: 10 });
    expect(result.training.steps).toBeGreaterThan(0);
    for (const figures of [result.base, result.tuned]) {
      for (const metric of ['hit@5', 'mrr@5', 'mrr@10', 'ndcg@10']) expect(figures[metric]).toBeGreaterThan(0);
    }
    const page = await readFile(result.report, 'utf8');
    expect(page).toContain('liar.pdf');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  it('leaves a complete sentence-transformers folder that embeds', async () => {
    for (const file of ['config.json', 'modules.json', '1_Pooling/config.json', 'onnx/model.onnx', 'README.md']) {
      await access(join(result.model, file));
    }
    const encoder = await openEncoder(result.model);
    const [pump, other] = await encoder.embed(['P-100 pressure', 'lunch menu']);
    expect(pump?.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 4);
    expect(pump).not.toEqual(other);
  });

  it('reuses every step when it is run again, and pays for nothing', async () => {
    const billed = provider.stats.chats;
    const second = await project.hone(run);
    expect(second.code).toBe(first.code);
    expect(provider.stats.chats).toBe(billed);
    for (const stage of ['documents', 'chunks', 'split', 'questions', 'dataset', 'train', 'evaluate', 'report']) {
      expect(second.stderr).toMatch(new RegExp(`${stage}.*reused`));
    }
    expect(lastJson(second).tuned).toEqual(result.tuned);
  });

  it('asks only about what is new when a document changes', async () => {
    const billed = provider.stats.chats;
    await project.write({
      'docs/pump-1.md': '# Pump P-100\n\n## Pressure\n\nThe P-100 now delivers 9 bar at night.\n',
    });
    expect((await project.hone(run)).code).not.toBe(1);
    expect(provider.stats.chats - billed).toBe(1);
  });

  it('is found again by its name', async () => {
    const shown = await project.hone(['show', 'pumps', '--json']);
    expect(lastJson(shown).workflowId).toBe(result.workflowId);
  });

  it('keeps the key out of everything it wrote', async () => {
    const { execFileSync } = await import('node:child_process');
    const found = execFileSync('sh', ['-c', 'grep -rlaF sk-not-to-be-told . || true'], { cwd: project.folder });
    expect(found.toString()).toBe('');
    expect(first.stdout + first.stderr).not.toContain('sk-not-to-be-told');
  });

  it('makes an artifact again that was lost', async () => {
    const report = result.report;
    await unlink(report);
    expect((await project.hone(run)).code).not.toBe(1);
    await access(report);
  });
});
