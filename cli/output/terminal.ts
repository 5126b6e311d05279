import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** An output stream: its width, whether it can be redrawn and whether it has colours. */
export interface Terminal {
  /** Writes a line. */
  line(text: string): void;
  /** Lines can be redrawn in place. */
  readonly live: boolean;
  readonly columns: number;
  style(format: Format, text: string): string;
}

/** Whether there are colours depends on `NO_COLOR`, `FORCE_COLOR` and the stream. */
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
