import { directCapability } from '../shared/protocol/lane-messages.ts';
import { hasMoved } from '../shared/round-trip.ts';
import type { LaneView, NoLaneReason } from '../shared/views.ts';
import type { LaneNews } from './lane/direct/person-lane.ts';
import type { LinkFacts, People } from './people.ts';

/** What a person sees of the way to each of those who can be reached. */
export interface LaneViews {
  readonly list: readonly LaneView[];
  /** Settings have changed. */
  refresh(): void;
  /** Something has become of what is under way with this person: it may go by another lane. */
  moved(key: string): void;
  /**
   * What only whoever makes direct lanes knows of them; forgotten when nothing leads to this person any more. A round trip is
   * told on where it has moved.
   */
  learn(key: string, part: Partial<LaneNews>): void;
}

export interface LaneViewsOptions {
  people: Pick<People, 'listen' | 'lanesTo'>;
  /** Why this side makes no direct lane to anybody. */
  ownReason(): NoLaneReason | null;
  /** See `Engine.carrier`. */
  carrier(key: string): LaneView['kind'] | null;
  /** The whole list, where it is another one. */
  onChange(list: readonly LaneView[]): void;
}

interface Reached {
  /** The last one. */
  readonly link: LinkFacts | null;
  /** It came up when this side made no direct lanes, as its hello has said. */
  readonly isOlder: boolean;
  readonly news: LaneNews;
}

export function createLaneViews({ people, ownReason, carrier, onChange }: LaneViewsOptions): LaneViews {
  /** By key, whom a lane leads to. */
  const reached = new Map<string, Reached>();
  let list: readonly LaneView[] = [];

  people.listen({
    lanesChanged(key) {
      const kinds = people.lanesTo(key);
      const known = knownOf(key);
      if (kinds.length === 0) reached.delete(key);
      else if (kinds.includes('direct')) reached.set(key, known);
      else reached.set(key, { ...known, news: { ...known.news, roundTripMs: null } });
      refresh();
    },
    linked(key, link) {
      const known = knownOf(key);
      const isOlder = known.link?.id === link.id ? known.isOlder : ownReason() !== null;
      reached.set(key, { ...known, link, isOlder });
      refresh();
    },
  });

  function knownOf(key: string): Reached {
    return reached.get(key) ?? { link: null, isOlder: false, news: { roundTripMs: null, why: null } };
  }

  function viewOf(key: string, { link, isOlder, news }: Reached): LaneView {
    if (people.lanesTo(key).includes('direct')) {
      if (carrier(key) === 'channel') return { key, kind: 'channel', roundTripMs: null, why: 'resting' };
      return { key, kind: 'direct', roundTripMs: news.roundTripMs, why: null };
    }
    const able = link === null || link.capabilities.includes(directCapability);
    const theirs = able ? null : 'peer-cannot';
    const why = ownReason() ?? theirs ?? (isOlder ? 'older-link' : news.why);
    return { key, kind: 'channel', roundTripMs: null, why };
  }

  function refresh(): void {
    show([...reached].map(([key, known]) => viewOf(key, known)));
  }

  function show(now: readonly LaneView[]): void {
    if (JSON.stringify(now) === JSON.stringify(list)) return;
    list = now;
    onChange(list);
  }

  return {
    get list() {
      return list;
    },
    refresh,
    moved(key) {
      show(list.map((view) => (view.key === key ? viewOf(key, knownOf(key)) : view)));
    },
    learn(key, part) {
      const known = reached.get(key);
      if (!known) return;
      const news = { ...known.news, ...part };
      const before = known.news.roundTripMs;
      const isShown = before !== null && news.roundTripMs !== null && !hasMoved(before, news.roundTripMs);
      reached.set(key, { ...known, news: isShown ? { ...news, roundTripMs: before } : news });
      refresh();
    },
  };
}
