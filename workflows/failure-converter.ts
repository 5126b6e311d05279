import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into a payload, which the codec encrypts. Used with a codec only. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
