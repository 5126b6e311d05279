/*
 * How fast ONNX Runtime multiplies two matrices of 2048 x 2048 in float32: the peak that a training step is measured against.
 * {threads} as JSON on stdin, {flopsPerSecond} on stdout.
 */
import { text } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph, matMul, toOnnx } from '../../core/autodiff/index.ts';

const SIZE = 2048;
const REPEATS = 12;

const { threads } = JSON.parse(await text(process.stdin));
const graph = new Graph();
const [a, b] = ['a', 'b'].map((name) => graph.input(name, 'float32', [SIZE, SIZE]));
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
