import type { InferenceSession } from 'onnxruntime-node';

/** A session that refuses to open if any node would run on the CPU. */
export const ON_THE_GPU: InferenceSession.SessionOptions = {
  executionProviders: ['webgpu'],
  logSeverityLevel: 4,
  extra: { session: { disable_cpu_ep_fallback: '1' } },
};
