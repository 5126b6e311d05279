import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ListedModel, RolledBack } from '../../core/contracts/release.ts';
import { listModels } from '../../core/release/list-models.ts';
import { needs } from '../access/needs.ts';
import { body, json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';
import { inputFaultsAs } from '../http-fault.ts';

const TAGS = ['models'];
const Name = z.object({ name: z.string().min(1).openapi({ description: 'published name', example: 'handbook' }) });
const Listed = ListedModel.openapi('Model');

const list = createRoute({
  method: 'get',
  path: '/models',
  tags: TAGS,
  summary: 'Published names with their current versions',
  ...needs('viewer'),
  responses: { 200: json(z.object({ models: z.array(Listed) })), ...PROBLEMS },
});

const describe = createRoute({
  method: 'get',
  path: '/models/{name}',
  tags: TAGS,
  summary: 'A published name with all its versions and what moved it',
  ...needs('viewer'),
  request: { params: Name },
  responses: { 200: json(Listed), ...PROBLEMS },
});

const Rollback = z
  .strictObject({
    to: z.number().int().min(1).optional().openapi({ description: 'version to go back to; default: the previous one' }),
    expected: z.number().int().min(1).optional().openapi({ description: 'refuse unless this is the current version' }),
    reason: z.string().max(500).default(''),
  })
  .openapi('Rollback');

const rollback = createRoute({
  method: 'post',
  path: '/models/{name}/rollback',
  tags: TAGS,
  summary: 'Make a name stand for an earlier version again',
  ...needs('admin'),
  request: { params: Name, body: body(Rollback) },
  responses: { 200: json(RolledBack.openapi('RolledBack')), ...PROBLEMS },
});

export function addModels(app: OpenAPIHono<Env>): void {
  app.openapi(list, async (c) => c.json({ models: await listModels(c.get('tenant').store) }, 200));
  app.openapi(describe, async (c) => {
    const [model] = await inputFaultsAs(404, listModels(c.get('tenant').store, c.req.valid('param').name));
    return c.json(model as z.infer<typeof Listed>, 200);
  });
  app.openapi(rollback, async (c) => {
    const { hone, store, models } = c.get('tenant');
    const { name } = c.req.valid('param');
    await inputFaultsAs(404, listModels(store, name));
    const { to, expected, reason } = c.req.valid('json');
    const request = { name, by: c.get('principal').name, reason, ...(to && { to }), ...(expected && { expected }) };
    const rolledBack = await inputFaultsAs(409, hone.models.rollBack(request));
    await models.refresh();
    return c.json(rolledBack, 200);
  });
}
