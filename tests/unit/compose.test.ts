import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { QUEUE_NAMES } from '../../core/contracts/task-queues.ts';

const INFRA = new URL('../../infra/', import.meta.url);

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.unknown()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.union([z.object({ test: z.array(z.string()) }), z.object({ disable: z.literal(true) })]).optional(),
  restart: z.string(),
  stop_grace_period: z.string().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

const text = await readFile(new URL('compose.yaml', INFRA), 'utf8');
const { services, volumes } = Compose.parse(parse(text, { merge: true }));
const all = Object.entries(services);
const workers = all.filter(([, { command }]) => command?.[0] === 'worker');

it('has a worker for each queue, which has time for its checkpoints and a root file system that it cannot write', () => {
  const queues = workers.map(([, { command = [] }]) => command[command.indexOf('--queue') + 1]);
  expect(queues.sort()).toEqual([...QUEUE_NAMES].sort());
  for (const [, worker] of workers) {
    expect(Number.parseInt(worker.stop_grace_period ?? '10', 10)).toBeGreaterThan(60);
    expect(worker).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  }
});

it('opens no port to other machines', () => {
  const open = all.flatMap(([, { ports }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'));
  expect(open).toEqual([]);
});

it('takes every password and key from the environment, and none has a default', () => {
  const secrets = all.flatMap(([name, { environment }]) =>
    Object.entries(environment).flatMap(([variable, value]) =>
      /PASSWORD|PWD|SECRET|KEY|TOKEN/.test(variable) ? [{ at: `${name} ${variable}`, value }] : [],
    ),
  );
  expect(secrets.length).toBeGreaterThan(8);
  // Null passes the variable of the caller on.
  expect(secrets.filter(({ value }) => value !== null && !/^\$\{HONE_\w+:\?[^}]+\}$/.test(`${value}`))).toEqual([]);
});

it('pins the version of each image that it does not build', () => {
  const images = all.map(([, { image }]) => image).filter((image) => image !== 'hone');
  expect(images.filter((image) => !/:v?\d+\.\d+(\.\d+)?$/.test(image))).toEqual([]);
});

it('knows the health of all that keeps running, but of the collector, whose image has no shell', () => {
  const running = all.filter(([, { restart }]) => restart === 'unless-stopped');
  const unknown = running.flatMap(([name, { healthcheck }]) => (healthcheck ? [] : [name]));
  expect(unknown).toEqual(['collector']);
});

it('waits for what ends by its end, so that `up --wait` does not take the end for a failure', () => {
  const ending = all.flatMap(([name, { restart }]) => (restart.startsWith('on-failure') ? [name] : []));
  expect(ending.length).toBeGreaterThan(0);
  for (const name of ending) {
    const conditions = all.flatMap(([, { depends_on: needs }]) => needs[name]?.condition ?? []);
    expect([name, ...new Set(conditions)]).toEqual([name, 'service_completed_successfully']);
  }
});

it('mounts files that exist and volumes that it names', async () => {
  for (const source of all.flatMap(([, service]) => service.volumes.map((volume) => volume.split(':')[0] ?? ''))) {
    if (source.startsWith('.')) await access(fileURLToPath(new URL(source, INFRA)));
    else if (!source.startsWith('$')) expect(Object.keys(volumes)).toContain(source);
  }
});

it('has Prometheus scrape every worker and the HTTP server, and Grafana use that Prometheus', async () => {
  const config = async (path: string) => parse(await readFile(new URL(path, INFRA), 'utf8'));
  const { scrape_configs: jobs } = await config('monitoring/prometheus.yaml');
  const scrapedAs = (name: string) => jobs.find((job: { job_name: string }) => job.job_name === name).dns_sd_configs[0];
  const scraped = scrapedAs('hone');
  expect(scraped.names.sort()).toEqual(workers.map(([name]) => name).sort());
  expect(services['worker-gpu']?.environment.HONE_LISTEN).toMatch(new RegExp(`:${scraped.port}$`));
  const server = scrapedAs('hone-server');
  const { command = [] } = services[server.names[0]] ?? {};
  expect(command[command.indexOf('--metrics') + 1]).toBe(`0.0.0.0:${server.port}`);
  const { datasources } = await config('monitoring/grafana/datasource.yaml');
  expect(new URL(datasources[0].url)).toMatchObject({ hostname: 'prometheus', port: '9090' });
});
