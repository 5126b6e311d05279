import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { firstDetails } from '../core/contracts/fault.ts';
import type { HttpFault } from './http-fault.ts';

/** An error: RFC 9457, with what to do about it. */
const Problem = z
  .object({
    type: z.string(),
    title: z.string().openapi({ description: 'what happened' }),
    status: z.number().int(),
    kind: z.string().openapi({ description: 'kind of the error, as in a run' }),
    advice: z.string().openapi({ description: 'what to do' }),
    errors: z.array(z.string()).openapi({ description: 'the single errors: one of each field, for example' }),
  })
  .openapi('Problem');

const PROBLEM = { description: 'error', content: { 'application/problem+json': { schema: Problem } } } as const;

/** An answer in JSON. */
export function json<S extends z.ZodType>(schema: S, description = 'answer') {
  return { description, content: { 'application/json': { schema } } };
}

/** A body in JSON. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** The errors that any request may be answered with. */
export const PROBLEMS = { '4XX': PROBLEM, '5XX': PROBLEM } as const;

export function sendProblem(c: Context, { status, fault, headers }: HttpFault): Response {
  const { message: title, kind, advice, details } = fault;
  const problem = { type: 'about:blank', title, status, kind, advice, errors: firstDetails(details) };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': 'application/problem+json', 'x-request-id': c.get('requestId'), ...headers },
  });
}
