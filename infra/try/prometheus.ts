import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../core/contracts/fault.ts';
import { debianProgram } from '../../tests/harness/debian-program.ts';
import type { Harness } from '../../tests/harness/harness.ts';
import { freePorts } from '../../tests/harness/restartable-server.ts';
import type { Target } from './installation.ts';
import { NotChecked, writeFiles } from './report.ts';
import { until } from './until.ts';

/** File of the rules that are shipped. */
export const ALERTS = fileURLToPath(new URL('../monitoring/alerts.yaml', import.meta.url));
const SCRAPE_EVERY_S = 5;

export interface Rules {
  readonly loaded: number;
  /** Names of those that could not be evaluated. */
  readonly unhealthy: string[];
  /** `HoneWorkerDown gpu-2` */
  readonly firing: string[];
  readonly pending: string[];
}

/** A Prometheus server that scrapes an installation under the job names of infra/monitoring, with its alert rules. */
export class Prometheus {
  readonly url: string;
  readonly #signal: AbortSignal;

  private constructor(url: string, signal: AbortSignal) {
    this.url = url;
    this.#signal = signal;
  }

  /**
   * @param say Told that Prometheus is downloaded.
   * @throws NotChecked where there is no Prometheus and none can be downloaded.
   */
  static async start(
    harness: Harness,
    targets: readonly Target[],
    { signal, say }: { signal: AbortSignal; say: (line: string) => void },
  ): Promise<Prometheus> {
    const program = await debianProgram('prometheus', 'prometheus', say).catch((error) => {
      if (error instanceof Fault) throw new NotChecked(`${error.message} ${error.advice}`);
      throw error;
    });
    const [port] = await freePorts(1);
    const folder = await harness.folder('prometheus');
    await writeFiles(folder, { 'prometheus.yaml': JSON.stringify(configuration(targets)) });
    const child = harness.spawn(
      program.command,
      [
        `--config.file=${folder}/prometheus.yaml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { cwd: folder, env: program.env },
    );
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, signal);
    const isReady = async () => {
      if (!child.isRunning) throw new Error(`Prometheus ended as it started:\n${child.log}`);
      const answer = await fetch(`${prometheus.url}/-/ready`).catch(() => undefined);
      return answer?.ok || undefined;
    };
    await until('An answer of Prometheus', isReady, { signal });
    return prometheus;
  }

  /** Waits until everything that has happened so far has been scraped, and the rules were evaluated with it. */
  async caughtUp(): Promise<void> {
    await sleep(2.5 * SCRAPE_EVERY_S * 1000, undefined, { signal: this.#signal });
  }

  /** Value of a PromQL expression that has one sample; undefined if it has none. */
  async value(expression: string): Promise<number | undefined> {
    const { result } = await this.#get(`query?${new URLSearchParams({ query: expression })}`);
    const [sample] = result as { value: [number, string] }[];
    return sample && Number(sample.value[1]);
  }

  /** Names of the targets, by whether the last scrape succeeded. */
  async targets(): Promise<{ up: string[]; down: string[] }> {
    const { activeTargets } = await this.#get('targets?state=active');
    const named = (isUp: boolean) =>
      (activeTargets as { labels: { process: string }; health: string }[])
        .filter(({ health }) => (health === 'up') === isUp)
        .map(({ labels }) => labels.process);
    return { up: named(true), down: named(false) };
  }

  async rules(): Promise<Rules> {
    const { groups } = await this.#get('rules?type=alert');
    type Rule = { name: string; health: string; alerts: { state: string; labels: Record<string, string> }[] };
    const rules = (groups as { rules: Rule[] }[]).flatMap(({ rules }) => rules);
    const inState = (wanted: string) =>
      rules.flatMap(({ name, alerts }) =>
        alerts.flatMap(({ state, labels }) => (state === wanted ? [`${name} ${labels.process ?? ''}`.trim()] : [])),
      );
    return {
      loaded: rules.length,
      unhealthy: rules.filter(({ health }) => health === 'err').map(({ name }) => name),
      firing: inState('firing'),
      pending: inState('pending'),
    };
  }

  // biome-ignore lint/suspicious/noExplicitAny: the wire format itself is read.
  async #get(path: string): Promise<any> {
    const response = await fetch(`${this.url}/api/v1/${path}`, { signal: this.#signal });
    const { data, error } = (await response.json()) as { data: unknown; error?: string };
    if (!response.ok) throw new Error(`Prometheus answered ${path} with ${response.status}: ${error}`);
    return data;
  }
}

function configuration(targets: readonly Target[]) {
  const of = (wanted: Target['job']) =>
    targets
      .filter(({ job }) => job === wanted)
      .map(({ address, name }) => ({ targets: [address], labels: { process: name } }));
  return {
    global: { scrape_interval: `${SCRAPE_EVERY_S}s`, evaluation_interval: `${SCRAPE_EVERY_S}s` },
    rule_files: [ALERTS],
    scrape_configs: [
      { job_name: 'hone', static_configs: of('hone') },
      { job_name: 'hone-server', static_configs: of('hone-server') },
      { job_name: 'temporal', static_configs: of('temporal') },
    ],
  };
}
