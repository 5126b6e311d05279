import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Stage } from '../../core/contracts/progress.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { invoke } from '../invoke.ts';
import { EXIT } from '../output/failure.ts';
import { resultLines } from '../output/result.ts';
import { runResult } from '../output/run-result.fixture.ts';
import { stageLine } from '../output/stage-line.ts';
import { type RecordingIo, recordingIo } from '../runtime/io.fixture.ts';

const folder = temporaryFolder();
let io: RecordingIo;

beforeAll(() => void vi.stubEnv('HONE_LANG', 'zh'));
afterAll(() => void vi.unstubAllEnvs());
beforeEach(() => {
  io = recordingIo(folder.path);
});

/** English words that are left, without names, options, commands and examples. */
function english(lines: readonly string[]): string[] {
  return (
    lines
      .join('\n')
      .replace(
        /^.*\$ .*$|\bhone [a-z]+( [a-z]+)?|`[^`]*`|[\w.-]+\/[\w./-]*|--?[\w-]+|<[^>]*>|\[[^\]]*\]|[A-Z][A-Z_]{2,}/gm,
        '',
      )
      .match(/\b[a-z]{3,} [a-z]{2,}\b/g) ?? []
  );
}

async function run(...args: string[]): Promise<string> {
  await invoke(args, io);
  return [...io.out.lines, ...io.err.lines].join('\n');
}

test.each([
  [[]],
  [['run']],
  [['read']],
  [['estimate']],
  [['follow']],
  [['list']],
  [['show']],
  [['pause']],
  [['resume']],
  [['approve']],
  [['cancel']],
  [['retrain']],
  [['models']],
  [['rollback']],
  [['gc']],
  [['worker']],
  [['serve']],
  [['deployment']],
  [['deployment', 'promote']],
  [['model', 'pull']],
  [['model', 'export']],
  [['schema']],
  [['doctor']],
  [['schedule']],
  [['schedule', 'create']],
  [['schedule', 'update']],
])('the help of %j is in Chinese', async (command) => {
  const help = await run(...command, '--help');
  expect(help).toContain('用法： hone');
  expect(english(help.split('\n'))).toEqual([]);
  const described = help.split('\n').filter((line) => /^ {2,}/.test(line) && !line.includes('$ '));
  expect(described.filter((line) => stringWidth(line) > 80)).toEqual([]);
});

describe('a refusal is in Chinese', () => {
  test.each([
    [['nosuch'], '没有命令“nosuch”'],
    [['runn'], '（是否想用 run？）'],
    [['run', '--nosuch'], '没有选项“--nosuch”'],
    [['run', '--epochs', 'x'], '选项“--epochs <n>”的参数“x”无效。请给出一个数。'],
    [['run', '--ask', 'now'], '可选：live, batch, auto。'],
    [['show'], '缺少参数“run”'],
    [['show', 'a', 'b'], '参数过多：应有 1 个，给出了 2 个：a, b。'],
    [['model', 'pull'], '缺少参数“name”'],
    [['retrain'], '没有给出必需的选项“--config <file>”'],
    [['run'], '既没有给出文档，也没有给出数据集。'],
    [['run', 'missing'], '没有文件或文件夹'],
    [['run', 'x', '--dataset', 'train.json'], '给出了 --dataset，却没有 --validation。'],
    [['list', '--limit', '0'], '--limit 是 0。'],
    [['gc', '--grace', 'soon'], '--grace soon 不是时间长度。'],
  ])('%j', async (args, expected) => {
    const said = await run(...args);
    expect(said).toContain(expected);
    expect(english(said.split('\n'))).toEqual([]);
    expect(io.exitCode).toBe(EXIT.usage);
  });

  test.each([
    ['training: { epochs: 0 }', 'training.epochs：太小：应不小于 1'],
    ['training: { epochs: many }', 'training.epochs：类型不对：应为 number，实际为 string'],
    ['training: { epochs: 1, epoch: 2 }', 'training：没有这个字段："epoch"'],
    ['questions: { from: air }', 'questions.from：没有这个选项：应为 "llm"|"headings" 之一'],
    ['questions: { perChunk: 21 }', 'questions.perChunk：太大：应不大于 20'],
    ['documents: []', 'documents：太少：应不少于 1 个（items）'],
    ['approvals: { promotion: true }', '没有可审批的内容，因为运行没有发布名称'],
  ])('an input with %s', async (field, expected) => {
    const config = join(folder.path, 'run.yaml');
    writeFileSync(config, `${field.startsWith('documents') ? '' : 'documents: [.]\n'}${field}\n`);
    const said = await run('run', '--config', config);
    expect(said).toContain(expected);
    expect(said).toContain('`hone schema` 输出运行输入的 schema。');
  });
});

test('what --json prints stays in English', async () => {
  await run('run', 'missing', '--json');
  expect(JSON.parse(io.out.lines.at(-1) ?? '')).toMatchObject({
    error: { advice: 'Check the spelling and the permissions.' },
  });
  expect(io.err.lines.join('\n')).toContain('请检查拼写和权限。');
});

describe('a run', () => {
  const line = (stage: Stage) => stageLine(stage, { columns: 100, style: (_format, text) => text, bar: false });

  test.each<[Stage, string]>([
    [
      {
        name: 'documents',
        state: 'done',
        summary: '52 read, 1 skipped (scan.pdf: no text in it)',
        seconds: 0.7,
      },
      '  文档        读取 52 篇，跳过 1 个（scan.pdf：没有文字）',
    ],
    [
      { name: 'questions', state: 'reused', summary: '406 questions, 203 recorded answers replayed, 0 asked, $0.00' },
      '  生成问题    406 个问题，复用 203 条已保存的回答，请求 0 次，$0.00',
    ],
    [
      {
        name: 'train',
        state: 'running',
        progress: { done: 41, total: 68, unit: 'steps', rate: 15.2, etaSeconds: 14, note: 'loss 0.41' },
      },
      '  训练        41/68 步 · 损失 0.41 · 15.2 对/s · 还需 14 s',
    ],
    [
      { name: 'evaluate', state: 'done', summary: 'better than base by 16.0 points (95 % CI 8.1 to 24.1)' },
      '  评估        比基础模型高 16.0 个百分点（95% 置信区间 8.1 至 24.1）',
    ],
    [
      { name: 'publish', state: 'failed', summary: 'The disk is full: ENOSPC: no space left on device, write.' },
      '  发布        失败：磁盘已满：ENOSPC: no space left on device, write。',
    ],
  ])('shows the stage %#', (stage, expected) => expect(line(stage)).toContain(expected));

  test('says how its lines end in the same column', () => {
    const widths = [
      line({ name: 'chunks', state: 'done', summary: '203, median 79 tokens', seconds: 0.1 }),
      line({ name: 'model', state: 'done', summary: 'all-MiniLM-L6-v2 (v1), 384 dimensions', seconds: 61 }),
    ].map((text) => stringWidth(text));
    expect(new Set(widths).size).toBe(1);
  });

  test('ends with its figures', () => {
    const lines = resultLines(runResult, 'handbook-1', '/w', (_format, text) => text);
    expect(english(lines)).toEqual([]);
    expect(lines).toContain('  微调模型的前 5 位命中率比基础模型高 11.5 个百分点（95% 置信区间 6.2 至 16.9）');
    expect(lines).toContain('  已发布 handbook v2');
    expect(lines).toContain('  费用    $1.23，36 个请求：提示词 61,000 个 token，回答 4,200 个 token');
    expect(lines.at(-1)).toBe('  再看    npx hone show handbook');
    const [head = '', ...rows] = lines.slice(1, 5);
    expect(head).toContain('基础模型');
    for (const row of rows)
      expect(stringWidth(row.slice(0, row.indexOf('0.')))).toBe(stringWidth(head.slice(0, head.indexOf('基础模型'))));
  });
});
