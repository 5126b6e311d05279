import { eventLoopYielder } from './yield-to-event-loop.ts';

/*
 * Text of any length as lines: V8 limits a string to half a gigabyte, and a large corpus is longer.
 */

/** Roughly this many characters are encoded at once. */
const BLOCK = 1 << 20;

/** UTF-8 with a line feed after every line. Yields to the event loop. */
export async function encodeLines(lines: Iterable<string>): Promise<Uint8Array> {
  const yieldToEventLoop = eventLoopYielder();
  const encoder = new TextEncoder();
  const blocks: Uint8Array[] = [];
  let block: string[] = [];
  let length = 0;
  const endBlock = () => {
    if (block.length > 0) blocks.push(encoder.encode(`${block.join('\n')}\n`));
    block = [];
    length = 0;
  };
  for (const line of lines) {
    block.push(line);
    length += line.length + 1;
    if (length < BLOCK) continue;
    endBlock();
    await yieldToEventLoop();
  }
  endBlock();
  return Buffer.concat(blocks);
}

/** The lines of UTF-8 bytes, without their line feeds. Invalid bytes become U+FFFD. */
export function* decodeLines(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    yield decoder.decode(bytes.subarray(start, end));
    start = end + 1;
  }
}
