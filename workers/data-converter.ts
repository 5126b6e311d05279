import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor, WorkerOptions } from '@temporalio/worker';
import type { MasterKey } from '../core/codec/master-key.ts';
import { PayloadCodec } from '../core/codec/payload-codec.ts';
import { whyUnreadable } from '../core/contracts/unreadable.ts';

/** For a worker that has the key to take the step. */
const RETRY_AFTER_MS = 10_000;

/** As the sources or as the build: `extname` is this file's own. */
const workflowFile = (name: string) =>
  fileURLToPath(new URL(`../workflows/${name}${extname(import.meta.url)}`, import.meta.url));

/** What a worker's values are converted with: the guard on their size, and the codec. */
export function dataConverterOf(keys: readonly MasterKey[]): NonNullable<WorkerOptions['dataConverter']> {
  return {
    payloadConverterPath: workflowFile('payload-converter'),
    // Without keys, too: a value that is encrypted is then told from one that is wrong.
    payloadCodecs: [new PayloadCodec({ keys, unreadable: 'replace' })],
    // Without a codec, the web UI should show the messages of failures.
    ...(keys.length > 0 && { failureConverterPath: workflowFile('failure-converter') }),
  };
}

/** Refuses a step whose arguments cannot be decrypted, until a worker takes it that can. */
export function refuseUnreadable(): { inbound: ActivityInboundCallsInterceptor } {
  return {
    inbound: {
      execute: (input, next) => {
        const why = whyUnreadable(input.args);
        if (why === undefined) return next(input);
        throw ApplicationFailure.create({
          message: why.message,
          type: 'Fault',
          nextRetryDelay: RETRY_AFTER_MS,
          details: [{ kind: 'config', advice: why.advice, details: [] }],
        });
      },
    },
  };
}
