import { createMiddleware } from 'hono/factory';
import { Fault } from '../../core/contracts/fault.ts';
import type { Env } from '../context.ts';
import { HttpFault } from '../http-fault.ts';
import { mayActAs, type Role } from './roles.ts';

/** Of a route: who may use it, for the server and for its description. */
export function needs(role: Role) {
  const middleware = createMiddleware<Env>(async (c, next) => {
    const principal = c.get('principal');
    if (!mayActAs(principal, role)) {
      const message = `${principal.name} has the role ${principal.role}; this needs ${role}.`;
      throw new HttpFault(403, new Fault('credentials', message, 'Ask whoever runs the server for another key.'));
    }
    await next();
  });
  return { middleware, description: `Role: ${role}.`, 'x-role': role };
}
