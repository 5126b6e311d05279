import { fileURLToPath } from 'node:url';
import { QUEUE_NAMES, type QueueName } from '../../core/contracts/task-queues.ts';
import { ROLES, type Role } from '../../server/access/roles.ts';
import type { Harness } from '../../tests/harness/harness.ts';
import type { ManagedProcess } from '../../tests/harness/managed-process.ts';
import { createProject, type Project } from '../../tests/harness/project.ts';
import { freePorts } from '../../tests/harness/restartable-server.ts';
import { BUCKET, type S3Server, startS3Server } from '../../tests/harness/s3-server.ts';
import { startTemporalServer, type TemporalServer } from '../../tests/harness/temporal-server.ts';
import { startTraceReceiver, type TraceReceiver } from '../../tests/harness/trace-receiver.ts';

/** Folder with documents, questions and recorded answers of the example; the one that workers may read. */
export const EXAMPLE = fileURLToPath(new URL('../../examples/handbook', import.meta.url));

/** Short, so that a worker that is killed early in training has stored one. */
const CHECKPOINT_EVERY_S = 10;
/** Settings of the user's shell that would lead to other servers and stores, or change what is measured. */
const FOREIGN = /^(?:AWS|HONE|MLFLOW|OPENAI|OTEL|TEMPORAL)_/;
/** Where models are downloaded to, and where from, is the user's own choice. */
const KEPT = ['HONE_MODELS', 'HONE_THREADS', 'HONE_MEMORY'];

/** A worker process of one queue. */
export interface QueueWorker {
  /** `gpu-2` */
  readonly name: string;
  readonly queue: QueueName;
  /** Of its health and metrics, on 127.0.0.1. */
  readonly port: number;
  /** Replaced by `restart`. */
  process: ManagedProcess;
}

/** Address and role of what Prometheus scrapes. */
export interface Target {
  readonly job: 'hone' | 'hone-server' | 'temporal';
  readonly address: string;
  readonly name: string;
}

/** Everything that Hone needs on one machine, as processes: an S3 server, Temporal, workers, and `hone serve`. */
export class Installation {
  readonly s3: S3Server;
  readonly temporal: TemporalServer;
  readonly traces: TraceReceiver;
  readonly temporalUi: string;
  readonly store = `s3://${BUCKET}/artifacts`;
  readonly workers: QueueWorker[] = [];
  readonly targets: readonly Target[];
  readonly #project: Project;
  /** Processes that `restart` has replaced. */
  readonly #killed: ManagedProcess[] = [];
  #server: ManagedProcess | undefined;

  private constructor(
    parts: Pick<Installation, 's3' | 'temporal' | 'traces' | 'temporalUi' | 'targets'>,
    project: Project,
  ) {
    this.s3 = parts.s3;
    this.temporal = parts.temporal;
    this.traces = parts.traces;
    this.temporalUi = parts.temporalUi;
    this.targets = parts.targets;
    this.#project = project;
  }

  /** Starts the servers that workers need. @param workersPerQueue How many `startWorkers` will start. */
  static async start(harness: Harness, workersPerQueue: number): Promise<Installation> {
    const [uiPort = 0, metricsPort = 0, servePort = 0, ...ports] = await freePorts(
      3 + workersPerQueue * QUEUE_NAMES.length,
    );
    const [s3, temporal, traces] = await Promise.all([
      startS3Server(harness),
      startTemporalServer(harness, { uiPort, metricsPort }),
      harness.use(startTraceReceiver()),
    ]);
    const local = (port: number) => `127.0.0.1:${port}`;
    const workers = QUEUE_NAMES.flatMap((queue) =>
      Array.from({ length: workersPerQueue }, (_, index) => `${queue}-${index + 1}`),
    ).map((name, index): Target => ({ job: 'hone', address: local(ports[index] ?? 0), name }));
    const project = await createProject(harness);
    for (const name of Object.keys(project.env))
      if (FOREIGN.test(name) && !KEPT.includes(name)) delete project.env[name];
    const parts = {
      s3,
      temporal,
      traces,
      temporalUi: `http://${local(uiPort)}`,
      targets: [
        ...workers,
        { job: 'hone-server', address: local(servePort), name: SERVER } as const,
        { job: 'temporal', address: local(metricsPort), name: 'temporal' } as const,
      ],
    };
    const installation = new Installation(parts, project);
    Object.assign(project.env, s3.env, {
      TEMPORAL_ADDRESS: temporal.address,
      HONE_STORE: installation.store,
      // What is read in the output of the commands is English.
      HONE_LANG: 'en',
      // ONNX Runtime leaves files there (mat-debug-PID.log); this folder is removed at the end.
      TMPDIR: await harness.folder('tmp'),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces.url,
    });
    return installation;
  }

  /** Starts all workers; resolves once each takes tasks. */
  async startWorkers(): Promise<void> {
    const starting = this.targets.flatMap(({ name, address }) => {
      const queue = QUEUE_NAMES.find((queue) => name.startsWith(`${queue}-`));
      return queue ? [{ name, queue, port: Number(address.split(':')[1]) }] : [];
    });
    await Promise.all(
      starting.map(async (worker) => {
        this.workers.push({ ...worker, process: await this.#startWorker(worker) });
      }),
    );
  }

  /** Starts a worker that has ended again, as a process manager does; resolves once it takes tasks. */
  async restart(worker: QueueWorker): Promise<void> {
    this.#killed.push(worker.process);
    worker.process = await this.#startWorker(worker);
  }

  #startWorker({ name, queue, port }: Omit<QueueWorker, 'process'>): Promise<ManagedProcess> {
    return this.#project.startWorker({
      args: ['--queue', queue, '--listen', String(port), '--log-format', 'json'],
      // A home folder each, as on machines of their own.
      ownHome: { roots: [EXAMPLE], checkpointEveryS: CHECKPOINT_EVERY_S },
      env: { OTEL_SERVICE_NAME: `worker-${name}` },
    });
  }

  /** Makes a key for each role, and starts `hone serve` with them; resolves once it answers. */
  async startServer(): Promise<{ url: string; keys: Record<Role, string> }> {
    const made = await Promise.all(
      ROLES.map(async (role) => {
        const { stdout, stderr } = await this.#project.hone(['serve', '--new-key', role, '--role', role]);
        const setting = /^ +- \{.*\}$/m.exec(stderr)?.[0];
        if (!setting) throw new Error(`hone serve --new-key printed no setting:\n${stderr}`);
        return { role, key: stdout.trim(), setting };
      }),
    );
    // A limit protects others from one client; here they all are one.
    const limits = 'limits: { requestsPerMinute: 10000000 }';
    const settings = ['keys:', ...made.map(({ setting }) => setting), limits, ''];
    await this.#project.write({ '.hone/server.yaml': settings.join('\n') });
    const metrics = this.targets.find(({ name }) => name === SERVER)?.address ?? '0';
    const server = this.#project.start(['serve', '--listen', '0', '--metrics', metrics]);
    this.#server = server;
    await server.waitForLog(/Serving +http/);
    const [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(server.log) ?? [];
    return { url, keys: Object.fromEntries(made.map(({ role, key }) => [role, key])) as Record<Role, string> };
  }

  /** Ends the server, then the workers, by SIGTERM. @returns their exit codes by name. */
  async stop(): Promise<Record<string, number | null>> {
    const codes: Record<string, number | null> = {};
    if (this.#server) codes[SERVER] = (await this.#server.stop()).code;
    await Promise.all(
      this.workers.map(async ({ name, process }) => {
        codes[name] = (await process.stop()).code;
      }),
    );
    return codes;
  }

  /** What workers and server wrote, name of a file -> content. */
  logs(): Record<string, string> {
    return Object.fromEntries([
      ...this.workers.map(({ name, process }) => [`worker-${name}.log`, process.log]),
      ...this.#killed.map(({ pid, log }) => [`killed-${pid}.log`, log]),
      ['server.log', this.#server?.log ?? ''],
    ]);
  }
}

const SERVER = 'server';
