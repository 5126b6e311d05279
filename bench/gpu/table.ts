import type { EmbeddingSpeed, Figures, OperatorTime, TrainingSpeed } from './figures.ts';
import type { PartResult } from './part.ts';

/** Engine of Hone -> the engine of torch whose speed it should have at least (docs/gpu.md). */
const GOALS: Readonly<Record<string, string>> = {
  'Hone webgpu': 'torch fp32',
  'Hone cuda (TF32)': 'torch TF32',
  'Hone cuda (fp32)': 'torch fp32',
  'Hone webgpu, dropout': 'torch fp32, dropout',
  'Hone cuda (TF32), dropout': 'torch fp32, dropout',
};

/** All results as Markdown, with what was skipped and why. */
export function resultTable(results: readonly PartResult[]): string {
  const sections = [
    ['Machine', found(results, 'machine').flatMap(machineLines)],
    ['hone doctor', found(results, 'doctor').flatMap(doctorLines)],
    ['Checks', checkTable(found(results, 'check'))],
    ['Training', speedTable(found(results, 'training'), TRAINING)],
    ['Embedding', speedTable(found(results, 'embedding'), EMBEDDING)],
    ['Operators', found(results, 'profile').flatMap(operatorLines)],
    ['Memory', found(results, 'memory').flatMap(memoryLines)],
    ['Failed', reasons(results, 'failed')],
    ['Skipped', reasons(results, 'skipped')],
  ] as const;
  const text = sections.flatMap(([title, lines]) => (lines.length > 0 ? [`## ${title}`, '', ...lines, ''] : []));
  const count = (status: PartResult['status']) => results.filter((result) => result.status === status).length;
  const seconds = results.reduce((n, result) => n + result.seconds, 0);
  const summary = `${count('done')} done, ${count('failed')} failed, ${count('skipped')} skipped, ${duration(seconds)}`;
  return ['# Hone on this machine', '', summary, '', ...text].join('\n');
}

/** The results that have figures of a kind. */
type Found<K extends keyof Figures> = PartResult & { readonly found: NonNullable<Figures[K]> };

function found<K extends keyof Figures>(results: readonly PartResult[], kind: K): Found<K>[] {
  return results.flatMap((result) => {
    const figures = result.figures?.[kind];
    return figures ? [{ ...result, found: figures }] : [];
  });
}

function machineLines({ found }: Found<'machine'>): string[] {
  return Object.entries(found).map(([name, value]) => `- ${name}: ${[value].flat().join('; ') || 'none'}`);
}

function doctorLines({ found: { findings } }: Found<'doctor'>): string[] {
  return findings.map(({ name, status, found }) => `- ${status} ${name}: ${found}`);
}

function checkTable(results: readonly Found<'check'>[]): string[] {
  const rows = results.map(({ title, status, reason, found: { passed, failures }, seconds }) => {
    const outcome = status === 'done' ? `${passed} passed` : [`**${reason}**`, ...failures].join('; ');
    return [title, outcome, duration(seconds)];
  });
  return table(['check', 'result', 'time'], rows);
}

/** The columns of a table of speeds, after the first. The first of them is the rate that is compared. */
interface Speeds<Figures> {
  readonly columns: readonly string[];
  rate(figures: Figures): number;
  cells(figures: Figures): readonly string[];
}

const TRAINING: Speeds<TrainingSpeed> = {
  columns: ['pairs/s', 'steps/s', 'first step', 'GPU memory', 'host memory', 'first losses'],
  rate: ({ pairsPerSecond }) => pairsPerSecond,
  cells: ({ pairsPerSecond, stepsPerSecond, firstStepSeconds, deviceBytes, hostBytes, losses }) => [
    ...[significant(pairsPerSecond), significant(stepsPerSecond), duration(firstStepSeconds)],
    ...[gigabytes(deviceBytes), gigabytes(hostBytes), losses.map((loss) => loss.toFixed(4)).join(' ')],
  ],
};
const EMBEDDING: Speeds<EmbeddingSpeed> = {
  columns: ['texts/s', 'first 16 texts', 'GPU memory'],
  rate: ({ textsPerSecond }) => textsPerSecond,
  cells: ({ textsPerSecond, firstSeconds, deviceBytes }) => [
    ...[significant(textsPerSecond), duration(firstSeconds), gigabytes(deviceBytes)],
  ],
};

function speedTable<K extends 'training' | 'embedding'>(
  results: readonly Found<K>[],
  { columns, rate, cells }: Speeds<NonNullable<Figures[K]>>,
): string[] {
  const rates = new Map(results.map(({ title, found }) => [title, rate(found)]));
  const rows = results.map(({ title, found }) => [title, ...cells(found), goalOf(title, rates), found.settings]);
  return table(['', ...columns, 'goal', 'measured'], rows);
}

/** How much of its goal an engine reaches, at the same shape: `1.20x of torch fp32`. */
function goalOf(title: string, rates: ReadonlyMap<string, number>): string {
  const [shape = '', ...rest] = title.split(', ');
  const goal = GOALS[rest.join(', ')];
  const [own, other] = [rates.get(title), rates.get(`${shape}, ${goal}`)];
  if (!own || !other) return goal ? `at least ${goal}, not measured` : '';
  return `${(own / other).toFixed(2)}x of ${goal}`;
}

function operatorLines({ title, found: { operators, onCpu, ...of } }: Found<'profile'>): string[] {
  const row = ({ operator, provider, count, milliseconds }: OperatorTime) => [
    ...[operator, provider, `${count}`, milliseconds.toFixed(1)],
  ];
  const cpu = onCpu.map(({ operator, count }) => `${count} ${operator}`).join(', ');
  return [
    `${title}: ${of.steps} steps of ${of.pairs} pairs of ${of.tokens} tokens. On the CPU: ${cpu || 'none'}.`,
    '',
    ...table(['operator', 'on', 'count', 'ms'], operators.map(row)),
    '',
  ];
}

function memoryLines({ title, found, status }: Found<'memory'>): string[] {
  const { largest, failedAt, details = [], read, kind } = found;
  const batches = failedAt ? ` ${largest || 'No'} pairs fit, ${failedAt} do not.` : '';
  const native = details.map((detail) => ` (${detail})`).join('');
  return [
    `- ${title}:${batches}${status === 'failed' ? ' **No advice:**' : ''}${kind ? ` ${kind}` : ''} “${read}”${native}`,
  ];
}

function reasons(results: readonly PartResult[], status: PartResult['status']): string[] {
  return results
    .filter((result) => result.status === status)
    .map(({ part, reason = '' }) => `- ${part}: ${reason.replaceAll('\n', ' ')}`);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function gigabytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : `${(bytes / 1e9).toFixed(2)} GB`;
}

function duration(seconds: number): string {
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}
