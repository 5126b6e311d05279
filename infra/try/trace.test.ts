import { expect, it } from 'vitest';
import type { ReceivedSpan } from '../../tests/harness/trace-receiver.ts';
import { CHAIN, traceOf } from './trace.ts';

const span = (name: string, parentSpanId: string | undefined, traceId = 't'): ReceivedSpan => ({
  name,
  service: name === 'trainer' ? 'worker-gpu-2' : 'worker-cpu-1',
  traceId,
  spanId: name,
  parentSpanId,
  attributes: {},
  status: 0,
});
const [request, start, workflow, activity, trainer] = CHAIN.map((name, index) =>
  span(name, CHAIN[index - 1] ?? 'caller'),
);
const whole = [trainer, workflow, request, activity, start].flatMap((span) => span ?? []);

it('leads from the training process to the caller, whatever order the spans came in', () => {
  const { chain, orphans, services, spans } = traceOf([...whole, span('other', undefined, 'u')], 't', 'caller');
  expect(chain.toReversed()).toEqual(CHAIN);
  expect(orphans).toEqual([]);
  expect(services).toEqual(['worker-cpu-1', 'worker-gpu-2']);
  expect(spans).toHaveLength(CHAIN.length);
});

it('names the spans whose parent is missing', () => {
  const { chain, orphans } = traceOf(
    whole.filter((span) => span !== workflow),
    't',
    'caller',
  );
  expect(chain).toEqual(['trainer', 'RunActivity:train']);
  expect(orphans).toEqual(['RunActivity:train of worker-cpu-1']);
});

it('ends where spans are parents of each other', () => {
  expect(traceOf([span('trainer', 'a'), span('a', 'trainer')], 't', 'caller').chain).toEqual(['trainer', 'a']);
});

it('misses no span that a killed process had open', () => {
  const parts = [...whole, { ...span('prepare', 'never sent'), service: 'worker-gpu-1' }];
  expect(traceOf(parts, 't', 'caller').orphans).toEqual(['prepare of worker-gpu-1']);
  expect(traceOf(parts, 't', 'caller', ['worker-gpu-1']).orphans).toEqual([]);
});
