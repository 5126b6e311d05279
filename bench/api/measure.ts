import { sha256 } from '../../core/primitives/hash.ts';
import { type Harness, withHarness } from '../../tests/harness/harness.ts';
import { createProject } from '../../tests/harness/project.ts';
import { TINY_BERT } from '../../tests/harness/samples.ts';
import { startTemporalServer } from '../../tests/harness/temporal-server.ts';
import { waitUntil } from '../../tests/harness/wait-until.ts';
import { holdSteps } from './held-steps.ts';
import { processorSeconds } from './processor-seconds.ts';
import { type Kind, type Latencies, sendAtOnce, sendSteadily } from './requests.ts';

export interface ApiOptions {
  /** Runs that are started, of which `running` have a step that is executed, and the others wait for a worker. */
  readonly runs: number;
  readonly running: number;
  /** Requests a second, of all kinds together. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface ApiFigures {
  readonly options: ApiOptions;
  /** Starting the runs, eight requests at a time. */
  readonly queued: Latencies;
  /** Beside the runs, at a steady rate. */
  readonly beside: readonly Latencies[];
  /** Processor time for a request of the steady rate, in milliseconds; absent where it cannot be read. */
  readonly processorMs: { readonly serve: number; readonly temporal: number } | undefined;
}

const KEY = 'hone_bench';
const AT_ONCE = 8;

/** Starts Temporal, `hone serve` and a worker of workflows as processes of their own, then the runs by the API. */
export function measure(options: ApiOptions, say: (line: string) => void): Promise<ApiFigures> {
  return withHarness(async (harness) => {
    const { url, address, serve, temporal } = await startServers(harness);
    const ask = (path: string, body?: object) =>
      fetch(`${url}/api/v1/${path}`, {
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      });
    let started = 0;
    const start: Kind = {
      name: 'start a run',
      send: () => ask('runs', { request: requestWith(started), workflowId: `run-${started++}` }),
    };
    const steps = await harness.use(holdSteps(address, options.running));
    say(`starting ${options.runs} runs`);
    const queued = await sendAtOnce(start, options.runs, AT_ONCE);
    // Runs are begun in the order of their starts, so the last ones are begun last.
    const isBegun = async (index: number) => {
      const { stages } = (await (await ask(`runs/run-${index}/progress`)).json()) as { stages: unknown[] };
      return stages.length > 0;
    };
    const last = Array.from({ length: Math.min(AT_ONCE, options.runs) }, (_, i) => options.runs - 1 - i);
    const areBegun = async () => (await Promise.all(last.map(isBegun))).every(Boolean);
    await waitUntil(async () => steps.count() >= options.running && (await areBegun()), 300_000);
    say(`${options.running} of them run; ${options.perSecond} requests a second for ${options.seconds} s`);

    let asked = 0;
    const some = () => `run-${(asked++ * 7) % options.runs}`;
    const kinds: Kind[] = [
      { name: 'list runs', send: () => ask('runs?limit=50') },
      { name: 'show a run', send: () => ask(`runs/${some()}`) },
      { name: 'progress of a run', send: () => ask(`runs/${some()}/progress`) },
      start,
    ];
    const before = [serve, temporal].map(processorSeconds);
    const beside = await sendSteadily(kinds, options.perSecond, options.seconds);
    const used = [serve, temporal].map((pid, i) => {
      const [now, then] = [processorSeconds(pid), before[i]];
      return now === undefined || then === undefined ? undefined : (now - then) * 1000;
    });
    const requests = beside.reduce((sum, { milliseconds }) => sum + milliseconds.length, 0);
    const [ofServe, ofTemporal] = used;
    const processorMs =
      ofServe === undefined || ofTemporal === undefined
        ? undefined
        : { serve: ofServe / requests, temporal: ofTemporal / requests };
    return { options, queued, beside, processorMs };
  });
}

async function startServers(harness: Harness) {
  const { address } = await startTemporalServer(harness);
  const [temporal] = harness.processes;
  const project = await createProject(harness, { TEMPORAL_ADDRESS: address });
  const keys = [{ name: 'bench', role: 'operator', sha256: sha256(KEY) }];
  const server = { keys, limits: { requestsPerMinute: 1_000_000 } };
  await project.write({ '.hone/server.yaml': JSON.stringify(server) });
  // Progress is asked of the workflows, so that they need their worker; steps are held (held-steps.ts).
  await project.startWorker({ args: ['--queue', 'workflow'] });
  const serving = project.start(['serve', '--listen', '0']);
  await serving.waitForLog(/Serving +http/);
  const [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(serving.log) ?? [];
  if (temporal === undefined) throw new Error('The harness started no Temporal server.');
  return { url, address, serve: serving.pid, temporal: temporal.pid };
}

function requestWith(index: number) {
  return {
    documents: ['docs'],
    model: TINY_BERT,
    questions: { from: 'headings' },
    training: { seed: index },
    publish: { name: `handbook-${index % 50}` },
  };
}
