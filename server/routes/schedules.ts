import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { RetrainInput, type RetrainRequest } from '../../core/contracts/retrain.ts';
import { needs } from '../access/needs.ts';
import { body, json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';
import { inputFaultsAs } from '../http-fault.ts';

const TAGS = ['schedules'];
const Name = z.object({ name: z.string().min(1).openapi({ description: 'name of a schedule', example: 'nightly' }) });
const times = {
  everyMs: z.number().int().min(60_000).optional().openapi({ description: 'milliseconds between two retrainings' }),
  cron: z.string().optional().openapi({ example: '0 3 * * *' }),
  timezone: z.string().optional().openapi({ example: 'Asia/Shanghai' }),
  jitterMs: z.number().int().min(0).optional().openapi({ description: 'the longest random delay' }),
  overlap: z.enum(['skip', 'buffer-one']).optional(),
  catchUpMs: z.number().int().min(0).optional().openapi({ description: 'how late a missed retraining may start' }),
};
const Create = z.strictObject({ name: Name.shape.name, request: RetrainInput, ...times }).openapi('CreateSchedule');
const Change = z.strictObject({ request: RetrainInput.optional(), ...times }).openapi('ChangeSchedule');
const Summary = z
  .object({
    name: z.string(),
    publishes: z.string().optional(),
    everyMs: z.number().optional(),
    cron: z.string().optional(),
    timezone: z.string().optional(),
    jitterMs: z.number().optional(),
    paused: z.boolean(),
    note: z.string().optional(),
    next: z.array(z.date()),
    last: z.date().optional(),
  })
  .openapi('Schedule');
const Run = z.object({
  workflowId: z.string(),
  startedAt: z.date(),
  state: z.string().optional(),
  decision: z.string().optional(),
  reason: z.string().optional(),
});
const skipped = z
  .object({
    overlap: z.number().int().openapi({ description: 'because a retraining was still running' }),
    missed: z.number().int().openapi({ description: 'because Temporal was down for longer than catchUpMs' }),
  })
  .openapi({ description: 'starts that were left out since the schedule was created' });
const Details = Summary.extend({
  overlap: z.string(),
  catchUpMs: z.number(),
  skipped,
  runs: z.array(Run),
}).openapi('ScheduleDetails');

const list = createRoute({
  method: 'get',
  path: '/schedules',
  tags: TAGS,
  summary: 'List the schedules of retrainings',
  ...needs('viewer'),
  responses: { 200: json(z.object({ schedules: z.array(Summary) })), ...PROBLEMS },
});

const create = createRoute({
  method: 'post',
  path: '/schedules',
  tags: TAGS,
  summary: 'Create a schedule',
  ...needs('admin'),
  request: { body: body(Create) },
  responses: { 201: json(Details), ...PROBLEMS },
});

const describe = createRoute({
  method: 'get',
  path: '/schedules/{name}',
  tags: TAGS,
  summary: 'Describe a schedule, with its latest retrainings',
  ...needs('viewer'),
  request: { params: Name },
  responses: { 200: json(Details), ...PROBLEMS },
});

const change = createRoute({
  method: 'patch',
  path: '/schedules/{name}',
  tags: TAGS,
  summary: 'Change a schedule, from its next retraining on',
  ...needs('admin'),
  request: { params: Name, body: body(Change) },
  responses: { 200: json(Details), ...PROBLEMS },
});

const remove = createRoute({
  method: 'delete',
  path: '/schedules/{name}',
  tags: TAGS,
  summary: 'Delete a schedule; a running retraining continues',
  ...needs('admin'),
  request: { params: Name },
  responses: { 204: { description: 'deleted' }, ...PROBLEMS },
});

const trigger = createRoute({
  method: 'post',
  path: '/schedules/{name}/trigger',
  tags: TAGS,
  summary: 'Retrain now, unless a retraining of the schedule is running',
  ...needs('operator'),
  request: { params: Name },
  responses: { 200: json(z.object({ workflowId: z.string().optional() })), ...PROBLEMS },
});

/** Those of the tenant of whoever sends the request. */
const of = (c: Context<Env>) => c.get('tenant').hone.schedules;

export function addSchedules(app: OpenAPIHono<Env>): void {
  app.openapi(list, async (c) => c.json({ schedules: await of(c).list() }, 200));
  app.openapi(create, async (c) => {
    const { name, request: _, ...options } = c.req.valid('json');
    const { request } = await c.req.json<{ request: RetrainRequest }>();
    await inputFaultsAs(409, of(c).create(name, request, options));
    return c.json(await of(c).describe(name), 201);
  });
  app.openapi(describe, async (c) => {
    return c.json(await inputFaultsAs(404, of(c).describe(c.req.valid('param').name)), 200);
  });
  app.openapi(change, async (c) => {
    const { name } = c.req.valid('param');
    const { request: _, ...options } = c.req.valid('json');
    const { request } = await c.req.json<{ request?: RetrainRequest }>();
    await inputFaultsAs(404, of(c).describe(name));
    await of(c).update(name, { request, ...options });
    return c.json(await of(c).describe(name), 200);
  });
  app.openapi(remove, async (c) => {
    await inputFaultsAs(404, of(c).delete(c.req.valid('param').name));
    return c.body(null, 204);
  });
  app.openapi(trigger, async (c) => {
    return c.json({ workflowId: await inputFaultsAs(404, of(c).trigger(c.req.valid('param').name)) }, 200);
  });
  for (const request of ['pause', 'resume'] as const) {
    const route = createRoute({
      method: 'post',
      path: `/schedules/{name}/${request}`,
      tags: TAGS,
      summary: request === 'pause' ? 'Pause a schedule' : 'Continue a paused schedule',
      ...needs('operator'),
      request: { params: Name },
      responses: { 200: json(Details), ...PROBLEMS },
    });
    app.openapi(route, async (c) => {
      const { name } = c.req.valid('param');
      await inputFaultsAs(404, of(c)[request](name, `by ${c.get('principal').name}`));
      return c.json(await of(c).describe(name), 200);
    });
  }
}
