import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { copyGraph } from './copy-graph.ts';

/*
 * Started by find-devices.ts in a process of its own, as a driver may end the process or hang: `node probe-child.ts
 * webgpu`. Computes one node on the provider and writes "works" to stdout. The runtime logs the hardware it discovers
 * to stderr.
 */
env.logLevel = 'info';
const session = await InferenceSession.create(copyGraph(), {
  executionProviders: [process.argv[2] as string],
  extra: { session: { disable_cpu_ep_fallback: '1' } },
});
const { copy } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3), [3]) });
console.log(copy?.data.toString() === '1,2,3' ? 'works' : `computes ${copy?.data} of 1,2,3`);
