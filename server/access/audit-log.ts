import { appendFile } from 'node:fs/promises';

/** Who asked for what, and what came of it. Never a body: it may hold what only the run may know. */
export interface AuditEntry {
  readonly principal: string;
  readonly role: string;
  /** Empty where nobody was recognised. */
  readonly tenant: string;
  /** Address of the other end of the connection. */
  readonly from: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
}

export interface AuditLog {
  write(entry: AuditEntry): void;
  /** Resolves when all entries are in the file. */
  close(): Promise<void>;
}

/**
 * Appends a line of JSON for each entry. The file is opened for each write, so that it can be rotated.
 * @param file A path, or `-` for stdout.
 * @param onFailure Called if an entry cannot be written.
 */
export function openAuditLog(file: string, onFailure: (error: unknown) => void): AuditLog {
  let writing = Promise.resolve();
  return {
    write(entry) {
      const line = `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`;
      if (file === '-') process.stdout.write(line);
      else writing = writing.then(() => appendFile(file, line, { mode: 0o600 })).catch(onFailure);
    },
    close: () => writing,
  };
}
