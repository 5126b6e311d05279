/**
 * Automatic differentiation over ONNX: a forward pass is written as ONNX nodes (ops.ts), `backward` adds the nodes of
 * its gradients, and `toOnnx` encodes both as one model that any ONNX runtime can run. README.md has a complete
 * example.
 *
 * @module hone/autodiff
 */
export { backward, recomputed } from './backward.ts';
export {
  type Attributes,
  type Constant,
  type CustomRule,
  type ElementType,
  Graph,
  type Node,
  type OperatorNode,
  type OutputSpec,
  type Value,
  type ValueEach,
} from './graph.ts';
export { type Lowering, type LoweringContext, type LoweringTable, lower } from './lower.ts';
export { type ExternalPlace, encodeModel, type ModelOutput, toOnnx } from './onnx.ts';
export * from './ops.ts';
export { RULES, type Rule } from './rules.ts';
export type { Dim, Shape } from './shape.ts';
export { WEBGPU } from './webgpu.ts';
