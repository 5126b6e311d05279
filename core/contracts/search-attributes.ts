/** What runs can be searched by in Temporal's list and web UI, where the server has them registered. */
export const SEARCH_ATTRIBUTES = { HoneStage: 'Keyword', HoneModel: 'Keyword', HoneHitRate: 'Double' } as const;
export type SearchAttribute = keyof typeof SEARCH_ATTRIBUTES;
