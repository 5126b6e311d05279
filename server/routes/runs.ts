import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { GATES } from '../../core/contracts/control.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { Progress } from '../../core/contracts/progress.ts';
import { RetrainInput, type RetrainRequest, RetrainResult } from '../../core/contracts/retrain.ts';
import { RunInput, type RunRequest } from '../../core/contracts/run-input.ts';
import { RunResult } from '../../core/contracts/run-result.ts';
import { Cost } from '../../core/contracts/spending.ts';
import { needs } from '../access/needs.ts';
import { body, json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';
import { HttpFault, inputFaultsAs } from '../http-fault.ts';

const TAGS = ['runs'];
const Id = z.object({ id: z.string().min(1).openapi({ description: 'id of a run', example: 'handbook-1f2e3d4c' }) });
const workflowId = z.string().min(1).max(200).optional().openapi({ description: 'default: made from the request' });
const StartRun = z.strictObject({ request: RunInput, workflowId }).openapi('StartRun');
const StartRetrain = z.strictObject({ request: RetrainInput, workflowId }).openapi('StartRetrain');
const Started = z
  .object({
    workflowId: z.string(),
    runId: z.string(),
    attached: z.boolean().openapi({ description: 'the same request was running already, and nothing was started' }),
  })
  .openapi('Started');
const Summary = z
  .object({
    kind: z.enum(['run', 'retrain', 'estimate']),
    workflowId: z.string(),
    runId: z.string(),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    startedAt: z.date(),
    closedAt: z.date().optional(),
    hold: z.enum(['paused', 'approval']).optional(),
    title: z.string().optional(),
    cost: Cost.optional().openapi({ description: 'what it has paid for questions; absent if it has not asked' }),
    unreadable: z
      .string()
      .optional()
      .openapi({ description: 'why title and hold cannot be read, such as another key' }),
  })
  .openapi('RunSummary');
const Description = Summary.extend({ request: z.unknown().optional() }).openapi('RunDescription');
const Followed = Progress.extend({ state: Summary.shape.state, notice: z.string().optional() }).openapi('RunProgress');

const list = createRoute({
  method: 'get',
  path: '/runs',
  tags: TAGS,
  summary: 'List runs and retrainings, latest first',
  ...needs('viewer'),
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(20) }) },
  responses: { 200: json(z.object({ runs: z.array(Summary) })), ...PROBLEMS },
});

const start = createRoute({
  method: 'post',
  path: '/runs',
  tags: TAGS,
  summary: 'Start a run, or attach to it',
  ...needs('operator'),
  request: { body: body(StartRun) },
  responses: { 201: json(Started), ...PROBLEMS },
});

const retrain = createRoute({
  method: 'post',
  path: '/retrainings',
  tags: TAGS,
  summary: 'Start a retraining, or attach to it',
  ...needs('operator'),
  request: { body: body(StartRetrain) },
  responses: { 201: json(Started), ...PROBLEMS },
});

const describe = createRoute({
  method: 'get',
  path: '/runs/{id}',
  tags: TAGS,
  summary: 'Describe a run, with its request',
  ...needs('viewer'),
  request: { params: Id },
  responses: { 200: json(Description), ...PROBLEMS },
});

const progress = createRoute({
  method: 'get',
  path: '/runs/{id}/progress',
  tags: TAGS,
  summary: 'The progress of a run now',
  ...needs('viewer'),
  request: { params: Id },
  responses: { 200: json(Followed), ...PROBLEMS },
});

const result = createRoute({
  method: 'get',
  path: '/runs/{id}/result',
  tags: TAGS,
  summary: 'The result of a run or retraining that has ended',
  ...needs('viewer'),
  request: { params: Id },
  responses: {
    200: json(z.union([RunResult.openapi('RunResult'), RetrainResult.openapi('RetrainResult')])),
    ...PROBLEMS,
  },
});

const cancel = createRoute({
  method: 'post',
  path: '/runs/{id}/cancel',
  tags: TAGS,
  summary: 'Ask a run to stop; its finished work is kept',
  ...needs('operator'),
  request: { params: Id },
  responses: { 200: json(z.object({ state: z.literal('cancelling') })), ...PROBLEMS },
});

const Answer = z.object({ state: z.string(), message: z.string() }).openapi('ControlAnswer');
const Approval = z.strictObject({
  gate: z.enum(GATES).optional(),
  reject: z.string().trim().min(1).max(2000).optional(),
});

const approve = createRoute({
  method: 'post',
  path: '/runs/{id}/approve',
  tags: TAGS,
  summary: 'Approve what a run waits for, or reject it',
  ...needs('operator'),
  request: { params: Id, body: body(Approval.openapi('Approval')) },
  responses: { 200: json(Answer), ...PROBLEMS },
});

/** Runs and retrainings. What they are started with is validated here, and passed on as it was sent. */
export function addRuns(app: OpenAPIHono<Env>): void {
  app.openapi(list, async (c) => c.json({ runs: await c.get('tenant').hone.list(c.req.valid('query')) }, 200));
  app.openapi(start, async (c) => {
    const { hone } = c.get('tenant');
    const { workflowId } = c.req.valid('json');
    const { request } = await c.req.json<{ request: RunRequest }>();
    return c.json(await inputFaultsAs(409, hone.start(request, { ...(workflowId && { workflowId }) })), 201);
  });
  app.openapi(retrain, async (c) => {
    const { hone } = c.get('tenant');
    const { workflowId } = c.req.valid('json');
    const { request } = await c.req.json<{ request: RetrainRequest }>();
    return c.json(await inputFaultsAs(409, hone.retrain(request, { ...(workflowId && { workflowId }) })), 201);
  });
  app.openapi(describe, async (c) => c.json(await found(c.get('tenant').hone.describe(c.req.valid('param').id)), 200));
  app.openapi(progress, async (c) => {
    const { hone } = c.get('tenant');
    const { id } = c.req.valid('param');
    await found(hone.summary(id));
    return c.json(await hone.progress(id), 200);
  });
  app.openapi(result, async (c) => {
    const { hone } = c.get('tenant');
    const { id } = c.req.valid('param');
    const { state, kind } = await found(hone.summary(id));
    if (state === 'running') {
      const fault = new Fault('input', `The run ${id} has not ended.`, `Follow it: GET …/runs/${id}/events`);
      throw new HttpFault(409, fault);
    }
    if (kind === 'estimate') {
      const fault = new Fault('input', `${id} is an estimate, not a run.`, `Read it: GET …/estimates/${id}`);
      throw new HttpFault(404, fault);
    }
    const ended: Promise<RunResult | RetrainResult> = kind === 'run' ? hone.result(id) : hone.retrained(id);
    return c.json(await inputFaultsAs(409, ended), 200);
  });
  for (const request of ['pause', 'resume'] as const) {
    const route = createRoute({
      method: 'post',
      path: `/runs/{id}/${request}`,
      tags: TAGS,
      summary: request === 'pause' ? 'Pause a run: its step stops and keeps its progress' : 'Continue a paused run',
      ...needs('operator'),
      request: { params: Id },
      responses: { 200: json(Answer), ...PROBLEMS },
    });
    app.openapi(route, async (c) => {
      const { hone } = c.get('tenant');
      const { id } = c.req.valid('param');
      await found(hone.summary(id));
      return c.json(await inputFaultsAs(409, hone[request](id)), 200);
    });
  }
  app.openapi(approve, async (c) => {
    const { hone } = c.get('tenant');
    const { id } = c.req.valid('param');
    await found(hone.summary(id));
    return c.json(await inputFaultsAs(409, hone.approve(id, c.req.valid('json'))), 200);
  });
  app.openapi(cancel, async (c) => {
    const { hone } = c.get('tenant');
    const { id } = c.req.valid('param');
    await found(hone.summary(id));
    await inputFaultsAs(409, hone.cancel(id));
    return c.json({ state: 'cancelling' as const }, 200);
  });
}

function found<T>(request: Promise<T>): Promise<T> {
  return inputFaultsAs(404, request);
}
