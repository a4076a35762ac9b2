import { limits } from '../../../shared/protocol/limits.ts';
import type { LaneTerms } from '../lane.ts';

/** The direct lane's: a stream of main's own, which says itself when it takes more. */
export const directTerms: LaneTerms = {
  kind: 'direct',
  preference: 1,
  blockBytes: limits.directBlockBytes,
  blockMs: 25,
  undrainedMs: 50,
  leastUndrainedBytes: 64 * 1024,
  mostUndrainedBytes: 4 * 1024 * 1024,
  headStartMs: 0,
  windowBytes: limits.directWindowBytes,
  pagesAhead: limits.directPagesAhead,
};
