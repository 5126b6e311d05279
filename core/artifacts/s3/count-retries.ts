import type { S3Client } from '@aws-sdk/client-s3';

/** Calls `onRetry` with the name of the operation (`put-object`) whenever the SDK of a client sends a request again. */
export function countRetries(client: S3Client, onRetry: (operation: string) => void): void {
  const sent = new WeakSet<object>();
  client.middlewareStack.add(
    (next, context) => (given) => {
      // A command has one context; this middleware comes after that of the retries, so each attempt passes it.
      if (sent.has(context)) onRetry(operationOf(context.commandName));
      sent.add(context);
      return next(given);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'honeCountRetries' },
  );
}

/** @param command `PutObjectCommand` */
function operationOf(command = 'Request'): string {
  return command
    .replace(/Command$/, '')
    .replace(/(?<!^)[A-Z]/g, '-$&')
    .toLowerCase();
}
