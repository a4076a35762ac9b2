import { expect, test } from 'vitest';
// First: simple-peer keeps the random bytes that it finds.
import './ambient.ts';
import { directLaneOf } from './life.ts';
import type { Place } from './network.ts';
import { blocked, cone, elsewhere, open, relayed, strict } from './places.ts';

test.each<[one: string, other: string, shown: string, places: readonly Place[]]>([
  ['cone', 'cone in the same network', 'direct', [cone, cone]],
  ['blocked', 'blocked in the same network', 'direct', [blocked, blocked]],
  ['open', 'cone in the same network', 'direct', [open, cone]],
  ['cone', 'cone', 'direct', [cone, elsewhere(cone)]],
  ['cone', 'open', 'direct', [cone, elsewhere(open)]],
  ['strict', 'open', 'direct', [strict, elsewhere(open)]],
  ['open', 'open', 'direct', [open, elsewhere(open)]],
  ['strict', 'strict with a relay', 'no-path', [strict, relayed(elsewhere(strict))]],
  ['cone', 'strict with a relay', 'no-path', [cone, relayed(elsewhere(strict))]],
  ['blocked with a relay', 'open', 'no-path', [relayed(blocked), elsewhere(open)]],
])('a direct lane between %s and %s: %s', async (_one, _other, shown, places) => {
  for (const seed of [1, 2]) expect(await directLaneOf(seed, places)).toBe(shown);
});
