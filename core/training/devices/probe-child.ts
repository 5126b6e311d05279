import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { copyGraph } from './resident-graphs.ts';

/*
 * Run as a process of its own by find-devices.ts: `node probe-child.ts webgpu`. Computes one node there and says "works" on stdout; the runtime
 * tells on stderr what hardware it has found. A driver may end the process that tries it, or hang.
 */
env.logLevel = 'info';
const session = await InferenceSession.create(copyGraph(), {
  executionProviders: [process.argv[2] as string],
  extra: { session: { disable_cpu_ep_fallback: '1' } },
});
const { copy } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3), [3]) });
console.log(copy?.data.toString() === '1,2,3' ? 'works' : `computes ${copy?.data} of 1,2,3`);
