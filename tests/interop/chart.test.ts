import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { QUEUE_NAMES, TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import { taskQueuesOf } from '../../core/contracts/tenant.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { loadSettings } from '../../workers/settings.ts';
import { helm } from '../harness/helm.ts';
import { infraTools } from '../harness/infra-tools.ts';

const run = promisify(execFile);
const HELM = fileURLToPath(new URL('../../infra/helm/', import.meta.url));
const MINIMAL = `${HELM}examples/minimal.yaml`;
const GPU_SPOT = `${HELM}examples/gpu-spot.yaml`;

/** `hone serve`, with its keys. */
const SERVER = ['--set', 'server.enabled=true', '--set', 'server.existingSecret=hone-keys'];

const command = await helm().catch((error: Error) => error);
const tools = await infraTools().catch((error: Error) => error);
const folder = temporaryFolder();

const test = it.extend<{ chart: (...args: string[]) => Promise<Manifest[]> }>({
  chart: async ({ skip }, use) => {
    if (command instanceof Error) return skip(command.message);
    await use(async (...args) => {
      const { stdout } = await run(command, ['template', 'hone', `${HELM}hone`, '--namespace', 'ml', ...args]);
      return parseAllDocuments(stdout).flatMap((document) => {
        const content = document.toJS();
        return content === null ? [] : [Manifest.parse(content)];
      });
    });
  },
});

const Env = z.array(z.looseObject({ name: z.string(), value: z.string().optional() }));
const Pod = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    terminationGracePeriodSeconds: z.number().optional(),
    containers: z.tuple([
      z.looseObject({
        image: z.string(),
        args: z.array(z.string()),
        env: Env,
        envFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })).default([]),
        volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
      }),
    ]),
    volumes: z.array(z.looseObject({ name: z.string() })),
  }),
});
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  // Each kind has its own.
  spec: z.any().optional(),
});
type Manifest = z.infer<typeof Manifest> & { data?: unknown };

const named = (manifests: Manifest[], kind: string) => manifests.filter((manifest) => manifest.kind === kind);

/** Of each pod that is started: the workers by their queue, the HTTP server, and the collection of garbage. */
const pods = (manifests: Manifest[]) =>
  new Map([
    ...named(manifests, 'Deployment').map(({ spec }) => {
      const pod = Pod.parse(spec.template);
      const { labels } = pod.metadata;
      return [labels['hone/queue'] ?? labels['app.kubernetes.io/component'] ?? '', pod] as const;
    }),
    ...named(manifests, 'CronJob').map(({ spec }) => ['gc', Pod.parse(spec.jobTemplate.spec.template)] as const),
  ]);

test('the chart is well-formed, and Kubernetes takes its objects', async ({ chart, skip }) => {
  if (command instanceof Error || tools instanceof Error) return skip(`${tools instanceof Error && tools.message}`);
  for (const values of [[MINIMAL], [MINIMAL, GPU_SPOT]]) {
    const files = values.flatMap((file) => ['--values', file]);
    await run(command, ['lint', '--strict', `${HELM}hone`, ...files]);
    const manifests = await chart(...files, ...SERVER);
    const path = folder.join('manifests.yaml');
    await writeFile(path, manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n'));
    // The oldest that the chart allows, and the newest that the package knows.
    for (const version of ['1.29', '1.37'])
      await run(`${tools}/kubernetes-validate`, ['--strict', '--kubernetes-version', version, path]);
  }
});

test('runs a worker of each queue, with more time to stop than --grace', async ({ chart }) => {
  for (const grace of [60, 300]) {
    const workers = pods(await chart('--values', MINIMAL, '--set', `graceSeconds=${grace}`));
    expect([...workers.keys()].sort()).toEqual([...QUEUE_NAMES].sort());
    for (const [queue, { spec }] of workers) {
      expect(spec.containers[0].args).toEqual(['worker', '--queue', queue, '--grace', `${grace}`]);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(grace);
    }
  }
});

test('gives no pod root, a writable root file system, or a token of the API', async ({ chart }) => {
  const everything = await chart('--values', MINIMAL, '--set', 'gc.enabled=true', ...SERVER);
  expect([...pods(everything).keys()]).toEqual(expect.arrayContaining(['gc', 'server', 'llm']));
  for (const { spec } of pods(everything).values()) {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
    const [{ volumeMounts }] = spec.containers;
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(
      expect.arrayContaining(['/tmp', '/var/lib/hone', '/var/lib/hone/models', '/var/lib/hone/worker.yaml']),
    );
    const volumes = spec.volumes.map(({ name }) => name);
    expect(volumeMounts.filter(({ name }) => !volumes.includes(name))).toEqual([]);
  }
});

test('serves HTTP with the keys of a Secret, and does not start without one', async ({ chart }) => {
  const manifests = await chart('--values', MINIMAL, ...SERVER);
  const { spec } = pods(manifests).get('server') ?? {};
  expect(spec?.containers[0]).toMatchObject({
    args: ['serve', '--listen', '0.0.0.0:8080', '--metrics', '0.0.0.0:9464'],
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 9464 },
    ],
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
  });
  expect(spec?.containers[0].volumeMounts).toContainEqual(
    expect.objectContaining({ name: 'server', mountPath: '/var/lib/hone/server.yaml' }),
  );
  expect(spec?.volumes).toContainEqual({ name: 'server', secret: { secretName: 'hone-keys' } });
  const [service] = named(manifests, 'Service').filter(({ metadata }) => metadata.name === 'hone-server');
  expect(service?.spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  const [policy] = named(manifests, 'NetworkPolicy');
  expect(
    policy?.spec.ingress.flatMap(({ ports }: { ports: { port: string }[] }) => ports.map(({ port }) => port)),
  ).toEqual(['metrics', 'http']);
  await expect(chart('--values', MINIMAL, '--set', 'server.enabled=true')).rejects.toThrow('server.existingSecret');
});

test('is asked for its health where the worker listens', async ({ chart }) => {
  for (const { spec } of pods(await chart('--values', MINIMAL)).values()) {
    const [container] = spec.containers;
    const listens = container.env.find(({ name }) => name === 'HONE_LISTEN')?.value;
    expect(container).toMatchObject({
      ports: [{ name: 'metrics', containerPort: Number(listens?.split(':').at(-1)) }],
      livenessProbe: { httpGet: { path: '/healthz', port: 'metrics' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'metrics' } },
    });
  }
});

test('has secrets by reference only, and gives those of one queue to no other', async ({ chart }) => {
  const manifests = await chart('--values', MINIMAL, '--values', GPU_SPOT, '--set', 'temporal.apiKey.existingSecret=k');
  expect(named(manifests, 'Secret')).toEqual([]);
  for (const [queue, { spec }] of pods(manifests)) {
    const [{ env, envFrom }] = spec.containers;
    expect(envFrom.map(({ secretRef }) => secretRef.name)).toEqual(queue === 'llm' ? ['hone-llm'] : []);
    const key = env.find(({ name }) => name === 'TEMPORAL_API_KEY');
    expect(key).toEqual({ name: 'TEMPORAL_API_KEY', valueFrom: { secretKeyRef: { name: 'k', key: 'apiKey' } } });
  }
});

test('has a worker.yaml that a worker reads', async ({ chart }) => {
  const [config] = named(await chart('--values', MINIMAL), 'ConfigMap');
  const { 'worker.yaml': text } = z.object({ 'worker.yaml': z.string() }).parse(config?.data);
  await writeFile(folder.join('worker.yaml'), text);
  const settings = await loadSettings({ home: folder.path, env: { OPENAI_API_KEY: 'k' } });
  expect(settings.roots).toEqual(['s3://acme-docs/handbook']);
  expect(settings.profiles.default).toMatchObject({ requestsPerMinute: 500, tokensPerMinute: 200_000 });
});

test('starts workers anew when their configuration changes, and not otherwise', async ({ chart }) => {
  const sums = async (...args: string[]) =>
    named(await chart('--values', MINIMAL, ...args), 'Deployment').map(
      ({ spec }) => spec.template.metadata.annotations['checksum/config'],
    );
  const before = await sums();
  expect(await sums('--set', 'queues.cpu.replicas=5')).toEqual(before);
  expect(await sums('--set', 'config.threads=4')).not.toEqual(before);
});

test('scales each queue by its backlog and its running steps, and leaves the replicas to KEDA', async ({ chart }) => {
  const manifests = await chart('--values', MINIMAL, '--values', GPU_SPOT);
  const scaled = named(manifests, 'ScaledObject');
  expect(scaled.map(({ spec }) => spec.scaleTargetRef.name).sort()).toEqual(['hone-cpu', 'hone-gpu', 'hone-llm']);
  const gpu = scaled.find(({ metadata }) => metadata.name === 'hone-gpu')?.spec;
  const [backlog, steps] = gpu.triggers;
  expect(gpu).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 4 });
  expect(backlog).toMatchObject({
    type: 'temporal',
    metadata: { taskQueue: TASK_QUEUES.gpu, queueTypes: 'activity', namespace: 'acme.a1b2c', targetQueueSize: '1' },
    authenticationRef: { name: named(manifests, 'TriggerAuthentication')[0]?.metadata.name },
  });
  expect(steps.metadata.query).toContain('queue="gpu"');
  for (const { metadata, spec } of named(manifests, 'Deployment'))
    expect([metadata.name, spec.replicas]).toEqual([metadata.name, metadata.name === 'hone-workflow' ? 2 : undefined]);
});

test('polls the task queues of Temporal that workers poll', async ({ chart }) => {
  const all = QUEUE_NAMES.flatMap((queue) => ['--set', `queues.${queue}.autoscaling.enabled=true`]);
  const scaled = named(await chart('--values', MINIMAL, ...all), 'ScaledObject');
  const polled = scaled.map(({ metadata, spec }) => [
    metadata.name.replace('hone-', ''),
    spec.triggers[0].metadata.taskQueue,
  ]);
  expect(Object.fromEntries(polled)).toEqual(TASK_QUEUES);
});

test('gives a tenant its own queues and folder, and changes nothing without one', async ({ chart }) => {
  const all = QUEUE_NAMES.flatMap((queue) => ['--set', `queues.${queue}.autoscaling.enabled=true`]);
  const tenant = await chart('--values', MINIMAL, ...all, ...SERVER, '--set', 'tenant=acme');
  const polled = named(tenant, 'ScaledObject').map(({ spec }) => spec.triggers[0].metadata.taskQueue);
  expect(polled.sort()).toEqual(Object.values(taskQueuesOf('acme')).sort());
  for (const { spec } of pods(tenant).values()) {
    const [{ env, volumeMounts }] = spec.containers;
    expect(env).toContainEqual({ name: 'HONE_TENANT', value: 'acme' });
    const paths = volumeMounts.map(({ mountPath }) => mountPath);
    expect(paths).toEqual(
      expect.arrayContaining(['/var/lib/hone/tenants/acme', '/var/lib/hone/tenants/acme/worker.yaml']),
    );
    expect(paths).not.toContain('/var/lib/hone/worker.yaml');
  }
  const without = await chart('--values', MINIMAL, ...all, ...SERVER);
  expect(await chart('--values', MINIMAL, ...all, ...SERVER, '--set', 'tenant=')).toEqual(without);
  expect(JSON.stringify(without)).not.toMatch(/tenant/i);
  await expect(chart('--values', MINIMAL, '--set', 'tenant=../globex')).rejects.toThrow(/tenant/);
});

test('refuses to scale a queue to zero by its backlog alone', async ({ chart }) => {
  const zero = ['--set', 'queues.gpu.autoscaling.enabled=true', '--set', 'queues.gpu.autoscaling.min=0'];
  await expect(chart('--values', MINIMAL, ...zero)).rejects.toThrow(/queues\.gpu\.autoscaling\.min is 0/);
});

test('refuses to let KEDA connect without TLS where workers need it', async ({ chart }) => {
  const scaled = ['--set', 'queues.cpu.autoscaling.enabled=true', '--set', 'temporal.tls.enabled=true'];
  await expect(chart('--values', MINIMAL, ...scaled)).rejects.toThrow(/KEDA speaks TLS .* only with/);
  const login = ['--set', 'temporal.apiKey.existingSecret=key'];
  expect(named(await chart('--values', MINIMAL, ...scaled, ...login), 'TriggerAuthentication')).toHaveLength(1);
});

test('puts trainings onto GPUs of spot nodes, and nothing else', async ({ chart }) => {
  for (const [queue, { spec }] of pods(await chart('--values', MINIMAL, '--values', GPU_SPOT))) {
    const [{ env, image, ...container }] = spec.containers;
    const device = env.find(({ name }) => name === 'HONE_DEVICE')?.value;
    const gpu = queue === 'gpu';
    expect([queue, device, image.endsWith('-gpu')]).toEqual([queue, gpu ? 'cuda' : undefined, gpu]);
    expect('nodeSelector' in spec).toBe(gpu);
    expect(JSON.stringify(container.resources ?? {}).includes('nvidia.com/gpu')).toBe(gpu);
    expect(JSON.stringify(spec.tolerations ?? []).includes('spot')).toBe(gpu);
  }
});

test('lets workers reach Temporal, the store and the collector by their ports, and no metadata', async ({ chart }) => {
  const [policy] = named(
    await chart(
      ...['--values', MINIMAL, '--set', 's3.endpoint=http://minio.storage.svc:9000'],
      ...['--set', 'monitoring.otlpEndpoint=http://collector:4318'],
    ),
    'NetworkPolicy',
  );
  const [dns, rest] = policy?.spec.egress ?? [];
  expect(dns.ports.map(({ port }: { port: number }) => port)).toEqual([53, 53]);
  expect(rest.ports.map(({ port }: { port: number }) => port)).toEqual([443, 7233, 9000, 4318]);
  expect(rest.to).toContainEqual({ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } });
  expect(policy?.spec.ingress).toMatchObject([{ ports: [{ port: 'metrics' }] }]);
});

test('has Prometheus scrape pods under the job that the alerts name, and load these alerts', async ({ chart }) => {
  const manifests = await chart('--values', MINIMAL, '--values', GPU_SPOT, ...SERVER);
  const scraped = named(manifests, 'ServiceMonitor').map(({ spec }) => {
    const isOf = ({ metadata }: Manifest) =>
      Object.entries(spec.selector.matchLabels).every(([label, value]) => metadata.labels?.[label] === value);
    const [service] = named(manifests, 'Service').filter(isOf);
    const [{ relabelings }] = spec.endpoints;
    return [service?.spec.selector, relabelings.find((one: { targetLabel: string }) => one.targetLabel === 'job')];
  });
  for (const [part, { metadata }] of pods(manifests)) {
    const jobs = scraped.filter(([selector]) =>
      Object.entries(selector).every(([label, value]) => metadata.labels[label] === value),
    );
    const job = part === 'gc' ? undefined : part === 'server' ? 'hone-server' : 'hone';
    expect([part, ...jobs.map(([, { replacement }]) => replacement)]).toEqual(job ? [part, job] : [part]);
  }
  const rules = await readFile(new URL('../../infra/monitoring/alerts.yaml', import.meta.url), 'utf8');
  expect(named(manifests, 'PrometheusRule')[0]?.spec).toEqual(parse(rules));
});

test.for([
  ['image.repository=', /image\.repository is not set/],
  ['temporal.address=', /temporal\.address is not set/],
  ['store=', /store is not set/],
  ['queues.gpus.replicas=1', /gpus/],
  ['queues.gpu.tolerations=spot', /tolerations/],
  ['config.store=s3://b', /config/],
] as const)('refuses %s, and says what is wrong', async ([setting, reason], { chart }) => {
  await expect(chart('--values', MINIMAL, '--set', setting)).rejects.toThrow(reason);
});

test('has the version of Hone', async ({ chart }) => {
  const { version } = parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const worker = pods(await chart('--values', MINIMAL)).get('workflow');
  expect(worker?.spec.containers[0].image).toBe(`registry.example.com/hone:${version}`);
});
