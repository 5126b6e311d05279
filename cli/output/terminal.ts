import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** A stream as people see it: what fits in a line, whether it can be redrawn, whether it has colours. */
export interface Terminal {
  /** Writes a line. */
  line(text: string): void;
  /** Lines can be redrawn in place. */
  readonly live: boolean;
  readonly columns: number;
  style(format: Format, text: string): string;
}

/** `NO_COLOR`, `FORCE_COLOR` and what the stream can do decide about colours. */
export function terminal(stream: NodeJS.WriteStream): Terminal {
  return {
    line(text) {
      stream.write(`${text}\n`);
    },
    get live() {
      return stream.isTTY === true && process.env.TERM !== 'dumb' && !process.env.CI;
    },
    get columns() {
      return stream.columns ?? 100;
    },
    style: (format, text) => styleText(format, text, { stream }),
  };
}
