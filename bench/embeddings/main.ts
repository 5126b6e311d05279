import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { withHarness } from '../../tests/harness/harness.ts';
import { quantile } from '../api/requests.ts';
import { positive, runCommand, say } from '../command.ts';
import { dataPath } from '../datasets.ts';
import { describeMachine } from '../machine.ts';
import { minilm } from '../models/minilm.ts';
import { setUpPython } from '../peers/python.ts';
import { saveResult } from '../results.ts';
import { askAtOnce, type Endpoint, lowestCosine, type Throughput } from './clients.ts';
import { startHone, startPeer } from './servers.ts';

const USAGE = `Texts a second of /v1/embeddings: hone serve, and sentence-transformers behind a minimal HTTP server.

Usage: npm run bench:embeddings -- [options]

  --clients N   that ask at once; may be repeated (default 1, 8 and 32)
  --only KIND   questions (one a request, as of a search) or passages (16 a request, as of an index); default: both
  --seconds N   of each measurement (default 5)
  --rounds N    measurements of each, in turns (default 3)
  --threads N   for both (default: all cores)
  --dataset N   whose texts are embedded (default xquad_en)
  --json        figures as JSON on stdout instead of the table
  --help

HONE_BENCH_DATA: the folder of the datasets. HONE_BENCH_PYTHON: a Python with sentence-transformers. See bench/README.md.
`;

const OPTIONS = {
  clients: { type: 'string', multiple: true },
  only: { type: 'string' },
  seconds: { type: 'string', default: '5' },
  rounds: { type: 'string', default: '3' },
  threads: { type: 'string' },
  dataset: { type: 'string', default: 'xquad_en' },
  json: { type: 'boolean' },
} as const;

/** Vectors of a model differ by rounding errors; a lower cosine means that it is not the same work. */
const SAME = 0.9999;

/** What is embedded, and how many of them in a request. */
interface Kind {
  readonly name: 'questions' | 'passages';
  readonly rows: number;
}

const KINDS: readonly Kind[] = [
  { name: 'questions', rows: 1 },
  { name: 'passages', rows: 16 },
];

interface Case {
  readonly kind: Kind;
  readonly clients: number;
  /** In each round, measured one after the other. */
  readonly rounds: { readonly hone: Throughput; readonly peer: Throughput }[];
}

await runCommand(USAGE, OPTIONS, async (values) => {
  const seconds = positive('seconds', values.seconds);
  const rounds = positive('rounds', values.rounds);
  const threads = values.threads === undefined ? availableParallelism() : positive('threads', values.threads);
  const clients = values.clients?.map((value) => positive('clients', value)) ?? [1, 8, 32];
  const kinds = KINDS.filter(({ name }) => values.only === undefined || values.only === name);
  if (kinds.length === 0) throw new Fault('input', `--only is ${values.only}.`, 'Give questions or passages.');
  const cases: Case[] = kinds.flatMap((kind) => clients.map((clients) => ({ kind, clients, rounds: [] })));
  await setUpPython(say);
  const dataset = JSON.parse(await readFile(await dataPath(`${values.dataset}.val.json`), 'utf8'));
  await withHarness(async (harness) => {
    const folder = await minilm();
    const peer = await startPeer(harness, folder, threads);
    const hone = await startHone(harness, folder, threads);
    const cosine = await lowestCosine(hone, peer, textsOf(dataset, 'passages').slice(0, 64));
    if (cosine < SAME) throw new Error(`The servers answer different vectors: cosine ${cosine}`);
    const measure = (endpoint: Endpoint, { clients, kind: { name, rows } }: Case) =>
      askAtOnce(endpoint, textsOf(dataset, name), { clients, rows, seconds });
    for (let round = 1; round <= rounds; round++) {
      for (const one of cases) {
        say(`round ${round}/${rounds}: ${one.clients} clients, ${one.kind.name}`);
        one.rounds.push({ hone: await measure(hone, one), peer: await measure(peer, one) });
      }
    }
    const report = { machine: describeMachine(), threads, dataset: values.dataset, cosine, cases };
    say(`all figures: ${await saveResult('embeddings.json', JSON.stringify(report, null, 2))}`);
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : table(cases));
  });
});

function textsOf({ queries, corpus }: QADataset, kind: Kind['name']): string[] {
  return Object.values(kind === 'questions' ? queries : corpus);
}

function table(cases: readonly Case[]): string {
  const head = [
    'texts of a request',
    'clients',
    'Hone, texts/s',
    'sentence-transformers, texts/s',
    'Hone is',
    'p50 of both',
  ];
  const rows = cases.map(({ clients, kind, rounds }) => {
    const rate = ({ texts, seconds }: Throughput) => texts / seconds;
    const p50 = (of: readonly Throughput[]) =>
      `${Math.round(
        quantile(
          of.flatMap(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b),
          0.5,
        ),
      )} ms`;
    const [hone, peer] = [rounds.map((round) => round.hone), rounds.map((round) => round.peer)];
    // Within a round, as a machine may be slower for a while.
    const ratios = rounds.map((round) => rate(round.hone) / rate(round.peer));
    const latency = `${p50(hone)}, ${p50(peer)}`;
    return [
      `${kind.rows} ${kind.name}`,
      clients,
      shown(hone.map(rate), 0),
      shown(peer.map(rate), 0),
      `${shown(ratios, 2)}×`,
      latency,
    ];
  });
  return `${[head, head.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** Median (minimum–maximum). */
function shown(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [median, lowest, highest] = [0.5, 0, 1].map((share) => quantile(sorted, share).toFixed(digits));
  return `${median} (${lowest}–${highest})`;
}
