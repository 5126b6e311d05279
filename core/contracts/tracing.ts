/** Where a span belongs: ids in lower-case hexadecimal, as in W3C Trace Context. */
export interface TraceContext {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits. */
  readonly spanId: string;
}

/**
 * A span that has ended. Invariant: name, attributes and error are of Hone's own words, ids and numbers: no text of
 * documents, questions or answers, no file name and no key.
 */
export interface FinishedSpan {
  readonly name: string;
  /** Default: `internal`. */
  readonly kind?: 'internal' | 'client' | undefined;
  /** Milliseconds since the epoch. */
  readonly beginMs: number;
  readonly endMs: number;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Kind of error that it ended with; absent: none. */
  readonly error?: string | undefined;
}

/** Records a span below the one that is active. */
export type RecordSpan = (span: FinishedSpan) => void;

/** The span of a workflow, which knows its own place. */
export interface WorkflowSpan extends FinishedSpan {
  readonly own: TraceContext;
  /** Absent: it is the first of its trace. */
  readonly parentSpanId?: string | undefined;
}

/** Traces of this process, while they are exported. */
export interface Tracing {
  recordWorkflow(span: WorkflowSpan): void;
  /** Sends what was recorded last. Never throws: an exporter that is away loses spans and nothing else. */
  close(): Promise<void>;
}
