import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Estimate } from '../../core/contracts/estimate.ts';
import { RunInput, type RunRequest } from '../../core/contracts/run-input.ts';
import { needs } from '../access/needs.ts';
import { body, json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';
import { inputFaultsAs } from '../http-fault.ts';

const TAGS = ['estimates'];
const Asked = z
  .strictObject({
    request: RunInput,
    pilot: z.boolean().optional().openapi({ description: 'measure training on the worker; default: true' }),
  })
  .openapi('StartEstimate');
const Started = z.object({ workflowId: z.string(), runId: z.string(), attached: z.boolean() });

const start = createRoute({
  method: 'post',
  path: '/estimates',
  tags: TAGS,
  summary: 'Estimate what a run needs; costs nothing',
  ...needs('operator'),
  request: { body: body(Asked) },
  responses: { 201: json(Started), ...PROBLEMS },
});

const result = createRoute({
  method: 'get',
  path: '/estimates/{id}',
  tags: TAGS,
  summary: 'Wait for an estimate',
  ...needs('viewer'),
  request: { params: z.object({ id: z.string().min(1) }) },
  responses: { 200: json(Estimate.openapi('Estimate')), ...PROBLEMS },
});

export function addEstimates(app: OpenAPIHono<Env>): void {
  app.openapi(start, async (c) => {
    const { hone } = c.get('tenant');
    const { pilot } = c.req.valid('json');
    const { request } = await c.req.json<{ request: RunRequest }>();
    return c.json(await hone.startEstimate(request, { ...(pilot !== undefined && { pilot }) }), 201);
  });
  app.openapi(result, async (c) => {
    const { hone } = c.get('tenant');
    const { id } = c.req.valid('param');
    await inputFaultsAs(404, hone.summary(id));
    return c.json(await hone.estimateResult(id), 200);
  });
}
