import { carriedSinceMs } from './carried.ts';
import type { Cast } from './cast.ts';
import type { WorldPerson } from './person.ts';

/** Whoever could have made a direct lane for so long has one, unless it has been tried in vain. */
const patienceMs = 75_000;
/** Where none has ever come up it is tried again so late, and the try takes its time. */
const rarelyMs = 5 * 60_000 + patienceMs;

/** What must hold of direct lanes between each two who show each other as connected, after a calm while. */
export function brokenLanes(cast: Cast): string[] {
  const { people } = cast;
  return people.flatMap((one) =>
    people.flatMap((other) =>
      one !== other && pathOf(one, other) && pathOf(other, one) ? between(one, other, cast) : [],
    ),
  );
}

function between(one: WorldPerson, other: WorldPerson, cast: Cast): string[] {
  const named = `${one.name} and ${other.name}`;
  const why = whyNone(one, other);
  const isUp = one.lanesTo(other.key).includes('direct');
  if (isUp !== other.lanesTo(one.key).includes('direct')) return [`of ${named} only one has a direct lane`];
  const mayHave = one.mayDirect && other.mayDirect;
  if (isUp) return mayHave ? [] : [`${named} have a direct lane, which not both want`];
  if (why === null) return [`${one.name} does not say why there is no direct lane to ${other.name}`];
  if (!mayHave || pathOf(one, other) === 'relay') return [];
  const couldMs = cast.timeline.now() - possibleSinceMs(one, other, cast);
  const isMissing = couldMs > (why === 'no-path' ? rarelyMs : patienceMs);
  return isMissing ? [`${named} have no direct lane (${why}), though nothing is in the way`] : [];
}

function whyNone(one: WorldPerson, other: WorldPerson) {
  return one.lanes.find(({ key }) => key === other.key)?.why ?? null;
}

function pathOf({ view }: WorldPerson, other: WorldPerson) {
  return view.members.find(({ key, state }) => key === other.key && state === 'connected')?.path ?? null;
}

/** Since when datagrams have passed between the two, and a broker's messages where they need another link first. */
function possibleSinceMs(one: WorldPerson, other: WorldPerson, { network, udp, brokers }: Cast): number {
  const pathMs = network.reachableSinceMs(one.address, other.address) ?? Number.POSITIVE_INFINITY;
  const needsLink = [whyNone(one, other), whyNone(other, one)].includes('older-link');
  const carriedMs =
    needsLink && one.stay && other.stay ? carriedSinceMs(one.stay.computer, other.stay.computer, brokers) : 0;
  const stays = [one, other].map(({ stay }) => stay?.sinceMs ?? Number.POSITIVE_INFINITY);
  return Math.max(
    pathMs,
    carriedMs ?? Number.POSITIVE_INFINITY,
    ...stays,
    udp.changedMs(one.address),
    udp.changedMs(other.address),
  );
}
