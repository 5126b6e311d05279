import { expect, it } from 'vitest';
import { eventReader } from './event-stream.ts';

const STREAM = 'event: progress\ndata: {"a":\ndata: 1}\n\n: alive\n\nevent: end\r\ndata: {}\r\n\r\ndata: x\n\n';
const EVENTS = [
  { event: 'progress', data: '{"a":\n1}' },
  { event: 'end', data: '{}' },
  { event: 'message', data: 'x' },
];

it('reads events, wherever the text is cut', () => {
  for (const size of [1, 2, 3, 7, STREAM.length]) {
    const read = eventReader();
    const pieces = STREAM.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
    expect(pieces.flatMap((piece) => read(piece))).toEqual(EVENTS);
  }
});

it('leaves out an event that has not arrived completely', () => {
  expect(eventReader()('event: end\ndata: {}\n')).toEqual([]);
});
