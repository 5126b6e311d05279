/** What a worker measures of its own work. The SDK's metrics (`temporal_…`) are exported beside them. */
export const METRICS = {
  hone_step_seconds: {
    kind: 'histogram',
    labels: ['stage', 'step', 'outcome'],
    description: 'Seconds an attempt of a step took; outcome is done, reused, failed or stopped.',
  },
  hone_step_failures: {
    kind: 'counter',
    labels: ['stage', 'step', 'kind', 'final'],
    description: 'Attempts that failed, by the kind of error; final is true if the step is not tried again.',
  },
  hone_steps_running: {
    kind: 'gauge',
    labels: ['stage', 'step'],
    description: 'Steps that this worker executes at the moment.',
  },
  hone_quota_wait_seconds: {
    kind: 'gauge',
    labels: [],
    description: 'Seconds until requests may go on, where a step waits for the quota of its endpoint; else 0.',
  },
  hone_training_active: {
    kind: 'gauge',
    labels: [],
    description: '1 while this worker trains; the other figures of training are the last ones else.',
  },
  hone_training_steps: { kind: 'gauge', labels: [], description: 'Training steps done.' },
  hone_training_steps_planned: { kind: 'gauge', labels: [], description: 'Training steps in all.' },
  hone_training_pairs_per_second: { kind: 'gauge', labels: [], description: 'Pairs trained on per second.' },
  hone_training_loss: { kind: 'gauge', labels: [], description: 'Mean loss of the last ten steps.' },
  hone_training_gradient_norm: {
    kind: 'gauge',
    labels: [],
    description: 'L2 norm of the gradients of the last step, before clipping.',
  },
  hone_checkpoint_stored_timestamp_seconds: {
    kind: 'gauge',
    labels: [],
    description: 'When the training began or last stored a checkpoint, in Unix seconds.',
  },
  hone_checkpoint_failures: { kind: 'counter', labels: [], description: 'Checkpoints that could not be stored.' },
  hone_store_seconds: {
    kind: 'histogram',
    labels: ['operation', 'outcome'],
    description: 'Seconds an operation of the artifact store took; outcome is done or failed.',
  },
} as const satisfies Record<string, MetricDescription>;

interface MetricDescription {
  /** A counter grows by whole numbers. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly description: string;
}

export type MetricName = keyof typeof METRICS;

type Labels<N extends MetricName> = Record<(typeof METRICS)[N]['labels'][number], string>;

/** A value that was measured elsewhere, in the form in which a thread sends it. */
export interface Measured {
  readonly name: MetricName;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

/** Records a value: adds it to a counter, observes it in a histogram, sets a gauge. */
export type Measure = <N extends MetricName>(
  name: N,
  value: number,
  ...labels: (typeof METRICS)[N]['labels'] extends readonly [] ? [] : [Labels<N>]
) => void;
