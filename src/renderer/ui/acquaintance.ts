import type { KnownPerson } from '../../shared/bridge.ts';
import { text } from '../../shared/text.ts';
import { stillHere } from './gone.ts';
import type { Model } from './model.ts';
import { foldedName } from './name-tags.ts';

/** What the keys that were compared tell of somebody with this key and name. */
export type Standing =
  | { readonly kind: 'new' }
  /** Their words were compared; `as` is the name they had then, where they have another one now. */
  | { readonly kind: 'known'; readonly as: string | null }
  /** Words were compared with somebody of this name, and this is another key. */
  | { readonly kind: 'stranger' };

export interface Acquaintance {
  readonly key: string;
  /** As they call themselves, not as they are told apart. */
  readonly name: string;
  readonly standing: Standing;
}

function standingIn(known: readonly KnownPerson[]): (key: string, name: string) => Standing {
  const byKey = new Map(known.map((person) => [person.key, person.name]));
  const names = new Set(known.map((person) => foldedName(person.name)));
  return (key, name) => {
    const before = byKey.get(key);
    if (before !== undefined) return { kind: 'known', as: foldedName(before) === foldedName(name) ? null : before };
    return { kind: names.has(foldedName(name)) ? 'stranger' : 'new' };
  };
}

/** Everybody in the room whose key is proven, by key. */
export function acquaintances({ app, network }: Model): ReadonlyMap<string, Acquaintance> {
  const standing = standingIn(app?.known ?? []);
  const found = new Map<string, Acquaintance>();
  for (const { key, name } of stillHere(network.members)) {
    if (key !== null) found.set(key, { key, name, standing: standing(key, name) });
  }
  return found;
}

/** What a screen reader says when somebody comes under the name of somebody else whose words were compared. */
export function strangerWarnings(before: Model, after: Model): readonly string[] {
  const earlier = acquaintances(before);
  const wasTold = ({ key, name }: Acquaintance): boolean => {
    const was = earlier.get(key);
    return was?.standing.kind === 'stranger' && foldedName(was.name) === foldedName(name);
  };
  return [...acquaintances(after).values()]
    .filter((person) => person.standing.kind === 'stranger' && !wasTold(person))
    .map(({ name }) => text.announce.stranger(name));
}
