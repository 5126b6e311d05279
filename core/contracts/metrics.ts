/** What a worker measures of its own work. The SDK's metrics (`temporal_…`) are exported beside them. */
export const WORKER_METRICS = {
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
  hone_quota_requests: {
    kind: 'counter',
    labels: ['profile', 'state'],
    description:
      'Requests of quota leases, by state: leased, sent, or rejected by the endpoint (429, among those sent).',
  },
  hone_lease_wait_seconds: {
    kind: 'histogram',
    labels: ['profile'],
    description: 'Seconds a run waited for a quota lease.',
  },
  hone_llm_requests: {
    kind: 'counter',
    labels: ['profile', 'model', 'operation', 'outcome'],
    description:
      'Requests to endpoints (chat, embeddings, batch); outcome is answered, limited (429), failed, refused or stopped.',
  },
  hone_llm_seconds: {
    kind: 'histogram',
    labels: ['profile', 'model', 'operation'],
    description: 'Seconds from a request to the end of its answer.',
  },
  hone_llm_tokens: {
    kind: 'counter',
    labels: ['profile', 'model', 'direction'],
    description: 'Tokens of answers that are billed, those of Batch API jobs included; direction is input or output.',
  },
  hone_llm_dollars: {
    kind: 'histogram',
    labels: ['profile', 'model'],
    description: 'US dollars an answer cost, where the profile names a price; the sum is what was spent.',
  },
  hone_quarantined_chunks: {
    kind: 'counter',
    labels: ['profile'],
    description: 'Chunks that ended without a question.',
  },
  hone_budgets: {
    kind: 'counter',
    labels: ['profile', 'state'],
    description: 'Budgets of runs, by state: near, when nine tenths are spent, and reached, when they end the asking.',
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
  hone_checkpoint_seconds: { kind: 'histogram', labels: [], description: 'Seconds storing a checkpoint took.' },
  hone_checkpoint_failures: { kind: 'counter', labels: [], description: 'Checkpoints that could not be stored.' },
  hone_store_seconds: {
    kind: 'histogram',
    labels: ['operation', 'outcome'],
    description: 'Seconds an operation of the artifact store took; outcome is done or failed.',
  },
  hone_store_retries: {
    kind: 'counter',
    labels: ['operation'],
    description: 'Operations of the artifact store that were repeated because it was unavailable.',
  },
  hone_release_hit_rate: {
    kind: 'gauge',
    labels: ['name', 'version'],
    description: 'Hit rate @5 of a release on its validation questions, when it was promoted or last evaluated.',
  },
  hone_retrainings: {
    kind: 'counter',
    labels: ['name', 'schedule', 'decision'],
    description:
      'Retrainings that ended; decision is promoted, refused, identical, unchanged or failed; schedule is empty if a person started it.',
  },
} as const satisfies Record<string, MetricDescription>;

/** What `hone serve` measures. */
export const SERVER_METRICS = {
  hone_http_requests: {
    kind: 'counter',
    labels: ['method', 'route', 'status'],
    description: 'Requests that were answered, by the pattern of their path; a stream of events counts once it begins.',
  },
  hone_http_seconds: {
    kind: 'histogram',
    labels: ['method', 'route'],
    description: 'Seconds until the answer, or a stream of events, began.',
  },
  hone_embedded_texts: {
    kind: 'counter',
    labels: ['tenant', 'name', 'version'],
    description: 'Texts that were embedded.',
  },
  hone_embedded_tokens: {
    kind: 'counter',
    labels: ['tenant', 'name', 'version'],
    description: 'Tokens that were embedded.',
  },
  hone_served_version: {
    kind: 'gauge',
    labels: ['tenant', 'name'],
    description: 'The version of a published name that is in memory; 0 once it was unloaded.',
  },
  hone_model_swaps: {
    kind: 'counter',
    labels: ['tenant', 'name', 'outcome'],
    description: 'Times another version was to take over from the one in memory; outcome is done or failed.',
  },
  hone_schedule_skipped_starts: {
    kind: 'counter',
    labels: ['tenant', 'schedule', 'reason'],
    description:
      'Starts that a schedule of retrainings left out since it was created; reason is overlap (a retraining was still running) or missed (Temporal was down for longer than its catch-up time).',
  },
  hone_schedule_run_seconds: {
    kind: 'gauge',
    labels: ['tenant', 'schedule'],
    description: 'Seconds for which the retraining that a schedule started has been running; 0 if none runs.',
  },
} as const satisfies Record<string, MetricDescription>;

export const METRICS = { ...WORKER_METRICS, ...SERVER_METRICS };

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
