import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { parse } from 'yaml';
import { Fault } from '../../core/contracts/fault.ts';
import { parseRetrainInput, parseRunInput } from '../../core/run/parse-input.ts';
import { needs } from '../access/needs.ts';
import { body, json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';

const Asked = z
  .strictObject({
    text: z.string().max(1_000_000).openapi({ description: 'a run input, as in run.yaml: YAML or JSON' }),
    kind: z.enum(['run', 'retrain']).default('run'),
  })
  .openapi('CheckInput');

const check = createRoute({
  method: 'post',
  path: '/inputs',
  tags: ['runs'],
  summary: 'Check a run input that is written in YAML; starts nothing',
  ...needs('operator'),
  request: { body: body(Asked) },
  responses: {
    200: json(z.object({ request: z.record(z.string(), z.unknown()) }), 'the same as JSON, to start a run with'),
    ...PROBLEMS,
  },
});

/** For who writes run inputs as they do for `hone run --config`, and learns of every error at once. */
export function addInputs(app: OpenAPIHono<Env>): void {
  app.openapi(check, (c) => {
    const { text, kind } = c.req.valid('json');
    const content = read(text);
    if (kind === 'run') parseRunInput(content);
    else parseRetrainInput(content);
    return c.json({ request: content }, 200);
  });
}

/** @throws Fault `input` if the text is no YAML, or not a list of fields. */
function read(text: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('input', `The run input is not valid YAML: ${reason}`, 'Correct the text.', { cause });
  }
  const fields = z.record(z.string(), z.unknown()).safeParse(content);
  if (fields.success) return fields.data;
  throw new Fault('input', 'The run input has no fields.', 'Write fields as in run.yaml: `documents: [docs]`.');
}
