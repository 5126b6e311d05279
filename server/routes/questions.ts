import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { runFolder } from '../../core/artifacts/key.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { readSample } from '../../core/questions/sample-questions.ts';
import { needs } from '../access/needs.ts';
import { json, PROBLEMS } from '../answers.ts';
import type { Env } from '../context.ts';
import { HttpFault, inputFaultsAs } from '../http-fault.ts';

const Passage = z.object({
  source: z.string().openapi({ description: 'path and headings' }),
  text: z.string(),
  questions: z.array(z.string()),
});
const Sample = z
  .object({ total: z.number().int(), shown: z.number().int(), passages: z.array(Passage) })
  .openapi('QuestionSample');

const sample = createRoute({
  method: 'get',
  path: '/runs/{id}/questions',
  tags: ['runs'],
  summary: 'The sample of questions that a run waits to have approved',
  ...needs('viewer'),
  request: { params: z.object({ id: z.string().min(1) }) },
  responses: { 200: json(Sample), ...PROBLEMS },
});

export function addQuestions(app: OpenAPIHono<Env>): void {
  app.openapi(sample, async (c) => {
    const { hone, store } = c.get('tenant');
    const { id } = c.req.valid('param');
    const { workflowId } = await inputFaultsAs(404, hone.summary(id));
    const bytes = await store.get(`${runFolder(workflowId)}/questions.md`);
    if (!bytes) {
      const advice = 'A run has them if its input sets approvals.questions, as soon as they are generated.';
      throw new HttpFault(404, new Fault('input', `Run ${id} has no questions to approve.`, advice));
    }
    const { passages, ...counts } = readSample(new TextDecoder().decode(bytes));
    return c.json({ ...counts, passages: [...passages] }, 200);
  });
}
