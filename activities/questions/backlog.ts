import { z } from 'zod';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { UnansweredChunk } from '../../core/contracts/asking.ts';
import { putJson, readJson } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

const UnansweredChunks = z.array(z.tuple([z.number().int(), z.number().int(), z.number().int()]));

/** Stores chunks that went unanswered: in the workflow's own state, they would be as many as the corpus has. */
export async function storeBacklog(
  { store }: StepContext,
  { chunks }: { chunks: readonly UnansweredChunk[] },
): Promise<ArtifactRef> {
  return putJson(store, chunks);
}

/** @throws Fault `lost` */
export async function readBacklog({ store }: StepContext, { part }: { part: ArtifactRef }): Promise<UnansweredChunk[]> {
  return readJson(store, part, UnansweredChunks);
}
