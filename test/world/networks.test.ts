import { expect, test } from 'vitest';
// First: simple-peer keeps the random bytes that it finds.
import './ambient.ts';
import { createChance } from './chance.ts';
import { linkOf } from './life.ts';
import type { Place } from './network.ts';
import { blocked, cone, elsewhere, open, relayed, strict } from './places.ts';

test.each<[one: string, other: string, path: string | null, places: readonly Place[]]>([
  ['strict', 'strict in the same network', 'local', [strict, strict]],
  ['cone', 'cone', 'direct', [cone, elsewhere(cone)]],
  ['cone', 'open', 'direct', [cone, elsewhere(open)]],
  ['strict', 'open', 'direct', [strict, elsewhere(open)]],
  ['cone', 'strict', null, [cone, elsewhere(strict)]],
  ['strict', 'strict', null, [strict, elsewhere(strict)]],
  ['strict', 'strict with a relay', 'relay', [strict, relayed(elsewhere(strict))]],
  ['blocked', 'open', null, [blocked, elsewhere(open)]],
  ['blocked with a relay', 'open', 'relay', [relayed(blocked), elsewhere(open)]],
])('%s and %s: %s', async (_one, _other, path, places) => {
  for (const seed of [1, 2]) expect(await linkOf(seed, places)).toBe(path);
});

test('the same seed draws the same numbers, byte by byte', () => {
  const [one, same, other] = [createChance(1), createChance(1), createChance(2)];
  const bytes = one.bytes(7);
  expect(bytes).toHaveLength(7);
  expect(same.bytes(7)).toEqual(bytes);
  expect(other.bytes(7)).not.toEqual(bytes);
});
