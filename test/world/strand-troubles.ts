import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';
import type { Ether } from './webrtc.ts';

/** What befalls strands, each by itself while the link goes on: nothing goes by it for a while, or its connection fails. */
export interface StrandTroubles {
  /** Of somebody's strands that come up from now on, some; `null` none any more. */
  set(address: string, trouble: StrandTrouble | null): void;
  /** A strand is about to be up at this computer: its hello is signed. */
  added(address: string, fingerprint: string): void;
}

export interface StrandTrouble {
  readonly kind: 'stalls' | 'goes';
  /** After it has come up; it stands still for as long. */
  readonly ms: number;
}

export interface StrandTroublesOptions {
  readonly timeline: Pick<Timeline, 'after'>;
  readonly ether: Pick<Ether, 'endOf'>;
  readonly chance: Chance;
  onBefallen(kind: StrandTrouble['kind']): void;
}

export function createStrandTroubles({ timeline, ether, chance, onBefallen }: StrandTroublesOptions): StrandTroubles {
  const troubles = new Map<string, StrandTrouble>();
  return {
    set(address, trouble) {
      if (trouble) troubles.set(address, trouble);
      else troubles.delete(address);
    },
    added(address, fingerprint) {
      const trouble = troubles.get(address);
      if (!trouble || chance.below(2) === 0) return;
      timeline.after(trouble.ms, () => {
        const end = ether.endOf(fingerprint);
        if (!end) return;
        onBefallen(trouble.kind);
        if (trouble.kind === 'stalls') end.hold(trouble.ms);
        else end.fail();
      });
    },
  };
}
