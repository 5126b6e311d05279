import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { needs } from '../access/needs.ts';
import { ROLES } from '../access/roles.ts';
import { json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';

const Me = z.object({ name: z.string(), role: z.enum(ROLES), tenant: z.string() }).openapi('Principal');

const me = createRoute({
  method: 'get',
  path: '/me',
  tags: ['access'],
  summary: 'Whose key this is, its role and its tenant',
  ...needs('embed'),
  responses: { 200: json(Me), ...PROBLEMS },
});

export function addMe(app: OpenAPIHono<Env>): void {
  app.openapi(me, (c) => {
    const { name, role, tenant } = c.get('principal');
    return c.json({ name, role, tenant }, 200);
  });
}
