import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { integer } from '../../core/report/page/format.ts';
import type { Installation } from './installation.ts';
import { ALERTS, type Prometheus } from './prometheus.ts';
import { type Finding, NotChecked } from './report.ts';
import type { ApiRun } from './run-by-api.ts';
import type { LoadedSwaps } from './serve-under-load.ts';
import { CHAIN, traceOf } from './trace.ts';
import { until } from './until.ts';

interface Context {
  readonly installation: Installation;
  readonly prometheus: Prometheus | undefined;
  readonly signal: AbortSignal;
}

/** What has happened, as the script itself saw it. */
interface Happened {
  readonly first: ApiRun;
  readonly second: ApiRun;
  readonly load: LoadedSwaps;
  /** Requests to `/v1/embeddings` that were answered with 200. */
  readonly requests: number;
  /** Names of the workers that were killed. */
  readonly killed: readonly string[];
}

/** Batches are padded to different lengths, which changes the last digits of an embedding. */
const SAME_COSINE = 0.9999;

/** No request failed, each version answered, and each answer is of the version that it names. */
export function checkLoad(load: LoadedSwaps): Finding {
  const { clients, requests, failures, versions, requestsPerSecond, latency, lowestCosine } = load;
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const answers = Object.entries(versions).map(([version, count]) => `${integer(count)} by ${version}`);
  const ms = (value: number) => `${Math.round(value)} ms`;
  const line = [
    `${clients} clients, ${load.order.join(' → ')}`,
    `${integer(requests)} requests, ${failed} failed, ${answers.join(', ')}`,
    `${Math.round(requestsPerSecond)}/s, p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)}, longest ${ms(latency.max)}`,
  ].join('; ');
  if (failed > 0) throw new Error(`${line}: ${JSON.stringify(failures)}`);
  if (Object.keys(versions).toSorted().join() !== [...new Set(load.order)].toSorted().join())
    throw new Error(`${line}: not by the versions that there are`);
  if (lowestCosine < SAME_COSINE || load.highestBetweenVersions >= SAME_COSINE)
    throw new Error(
      `${line}: embeddings are not those of the version that was named (lowest cosine with it ${lowestCosine}, ` +
        `highest between versions ${load.highestBetweenVersions})`,
    );
  const { run: _, ...figures } = load;
  return { line, figures };
}

/** Prometheus has scraped every process, and tells of run, servers and requests what has happened. */
export async function checkMetrics(
  { installation, prometheus, signal }: Context,
  happened: Happened,
): Promise<Finding> {
  if (!prometheus) throw new NotChecked('There is no Prometheus.');
  await prometheus.caughtUp();
  const all = installation.targets.length;
  const areUp = async () => ((await prometheus.targets()).up.length === all ? all : undefined);
  const up = await until(`The last of ${all} targets`, areUp, { signal }).catch(async (error) => {
    throw new Error(`${error.message} Not up: ${(await prometheus.targets()).down.join(', ')}`);
  });
  const { first, second, load, requests, killed } = happened;
  const steps = Math.max(...[first, second].map(({ result }) => result.training.steps));
  const hitRate = (run: ApiRun) => run.result.evaluations[0].tuned.metrics['hit@5']?.value;
  const released = (version: number) =>
    `max(max_over_time(hone_release_hit_rate{name="${load.name}", version="${version}"}[1d]))`;
  const wanted: Record<string, number | undefined> = {
    'max(max_over_time(hone_training_steps[1d]))': steps,
    'max(max_over_time(hone_training_active[1d])) - max(hone_training_active)': 1,
    [released(1)]: hitRate(first),
    [released(2)]: hitRate(second),
    'sum(hone_http_requests_total{route="/v1/embeddings", status="200"})': requests,
    'sum(hone_http_requests_total{status=~"5.."}) or vector(0)': 0,
    [`sum(hone_model_swaps_total{name="${load.name}", outcome="done"})`]: load.order.length - 1,
    [`max(hone_served_version{name="${load.name}"})`]: 2,
    'sum(hone_step_failures_total{final="true"}) or vector(0)': 0,
    // Each worker that was killed was away, and came back.
    [`count(changes(up{process=~"${killed.join('|')}"}[1d]) >= 2) or vector(0)`]: killed.length,
  };
  const shown: Record<string, number | undefined> = {
    'max(max_over_time(hone_training_pairs_per_second[1d]))': undefined,
    [`sum(hone_embedded_tokens_total{name="${load.name}"})`]: undefined,
    'sum(hone_store_seconds_count{outcome="done"})': undefined,
  };
  const found: Record<string, number | undefined> = {};
  for (const expression of [...Object.keys(wanted), ...Object.keys(shown)])
    found[expression] = await prometheus.value(expression);
  const wrong = Object.entries(wanted).filter(([expression, value]) => !isClose(found[expression], value));
  if (wrong.length > 0)
    throw new Error(
      wrong.map(([expression, value]) => `${expression} is ${found[expression]}, not ${value}`).join('; '),
    );
  const [pairs, tokens, operations] = Object.keys(shown).map((expression) => found[expression]);
  const missing = Object.keys(shown).filter((expression) => !(Number(found[expression]) > 0));
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: nothing was measured`);
  return {
    line:
      `${up} of ${all} targets up; ${steps} steps, ${pairs?.toFixed(1)} pairs/s; ` +
      `${integer(requests)} embedding requests with ${integer(tokens ?? 0)} tokens, none failed; ` +
      `${load.order.length - 1} swaps; ${integer(operations ?? 0)} operations of the store`,
    figures: found,
  };
}

/** All shipped rules can be evaluated, and none fires. */
export async function checkAlerts({ prometheus }: Context): Promise<Finding> {
  if (!prometheus) throw new NotChecked('There is no Prometheus.');
  const { groups } = parse(await readFile(ALERTS, 'utf8')) as { groups: { rules: unknown[] }[] };
  const shipped = groups.flatMap(({ rules }) => rules).length;
  const rules = await prometheus.rules();
  if (rules.loaded !== shipped || rules.unhealthy.length > 0)
    throw new Error(`${rules.loaded} of ${shipped} rules are loaded; with an error: ${rules.unhealthy.join(', ')}`);
  if (rules.firing.length > 0) throw new Error(`${rules.firing.join(', ')} fires.`);
  const pending = rules.pending.length > 0 ? `, pending: ${rules.pending.join(', ')}` : '';
  return { line: `${shipped} rules evaluated, none fires${pending}`, figures: rules };
}

/** The run is one trace, from the request to the API down to the training process. */
export async function checkTrace(
  { installation, signal }: Context,
  { traceId, caller }: ApiRun,
  killed: readonly string[],
): Promise<Finding> {
  const services = killed.map((name) => `worker-${name}`);
  const now = () => traceOf(installation.traces.spans, traceId, caller, services);
  const isComplete = () => {
    const { chain, orphans } = now();
    return (CHAIN.every((name) => chain.includes(name)) && orphans.length === 0) || undefined;
  };
  await until('A whole trace', isComplete, { signal }).catch((error) => {
    signal.throwIfAborted();
    const { spans, chain, orphans } = now();
    throw new Error(
      `${error.message} It has ${spans.length} spans, the trainer below ${chain.slice(1).join(' < ') || 'nothing'}, ` +
        `and without their parents ${orphans.join(', ') || 'none'}.`,
    );
  });
  const { spans, chain, services: senders } = now();
  return {
    line: `${spans.length} spans of ${senders.length} processes: ${chain.toReversed().join(' > ')}`,
    figures: { traceId, spans },
  };
}

function isClose(found: number | undefined, wanted: number | undefined): boolean {
  return found !== undefined && wanted !== undefined && Math.abs(found - wanted) < 1e-6;
}
