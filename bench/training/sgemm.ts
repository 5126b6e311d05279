/*
 * Measures how fast ONNX Runtime multiplies two float32 matrices of 2048 x 2048: the peak that a training step is
 * compared with. Reads {threads} as JSON from stdin and writes {flopsPerSecond} to stdout.
 */
import { text } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph, matMul, toOnnx } from '../../core/autodiff/index.ts';

const SIZE = 2048;
const REPEATS = 12;

const { threads } = JSON.parse(await text(process.stdin));
const graph = new Graph();
const [a, b] = [graph.input('a', 'float32', [SIZE, SIZE]), graph.input('b', 'float32', [SIZE, SIZE])];
const session = await InferenceSession.create(toOnnx(graph, [{ value: matMul(a, b) }]), { intraOpNumThreads: threads });
const matrix = () =>
  new Tensor(
    'float32',
    Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % 17) / 17),
    [SIZE, SIZE],
  );
const feeds = { a: matrix(), b: matrix() };
let fastest = Number.POSITIVE_INFINITY;
for (let i = 0; i < REPEATS; i++) {
  const started = performance.now();
  await session.run(feeds);
  fastest = Math.min(fastest, (performance.now() - started) / 1000);
}
process.stdout.write(JSON.stringify({ flopsPerSecond: (2 * SIZE ** 3) / fastest }));
