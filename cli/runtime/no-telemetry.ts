/*
 * ONNX Runtime 1.30 reports sessions and models to its maker, and keeps an id of the machine, unless this variable is
 * set when it is loaded (https://github.com/microsoft/onnxruntime/pull/27379). Child processes inherit it.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1';
