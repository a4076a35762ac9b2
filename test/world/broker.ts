import type { CarrierOptions, CarrierPlan } from '../../src/connect/carrier.ts';
import type { BrokerView } from '../../src/shared/views.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** A broker as the carrier's interface shows it: everybody hears everything of the topic, a while later. */
export interface WorldBroker extends CarrierPlan {
  /** How often something was published, wills included. */
  readonly published: number;
  /** Told of each message: its length, which is one of a few, is all that a broker sees. */
  onPublished: (bytes: number) => void;
  /** Loses everybody's connection, and takes none before `comeUp`. */
  goDown(): void;
  comeUp(): void;
}

interface User {
  readonly options: CarrierOptions;
  will: Uint8Array<ArrayBuffer> | null;
  view: BrokerView;
}

export function createWorldBroker(id: string, timeline: Timeline, chance: Chance): WorldBroker {
  const users = new Set<User>();
  let isUp = true;

  function publish(payload: Uint8Array<ArrayBuffer>): void {
    broker.published++;
    broker.onPublished(payload.byteLength);
    for (const user of users) {
      if (user.will) timeline.after(10 + chance.below(20), () => user.will && user.options.onPayload(payload.slice()));
    }
  }

  async function connect(user: User): Promise<void> {
    const will = await user.options.will();
    timeline.after(30 + chance.below(20), () => {
      if (!isUp || !users.has(user) || user.will) return;
      user.will = will;
      show(user, 'connected');
      user.options.onUp();
    });
  }

  function show(user: User, state: BrokerView['state']): void {
    user.view = { url: id, state, reason: null };
    user.options.onView();
  }

  const broker: WorldBroker & { published: number } = {
    id,
    published: 0,
    onPublished: () => undefined,
    open(options) {
      const user: User = { options, will: null, view: { url: id, state: 'connecting', reason: null } };
      users.add(user);
      void connect(user);
      return {
        get view() {
          return user.view;
        },
        async publish(payload) {
          if (user.will) publish(payload);
        },
        async close() {
          user.will = null;
          users.delete(user);
        },
      };
    },
    goDown() {
      isUp = false;
      const wills = [...users].flatMap((user) => user.will ?? []);
      for (const user of users) {
        if (!user.will) continue;
        user.will = null;
        show(user, 'connecting');
        user.options.onDown();
      }
      broker.published += wills.length;
    },
    comeUp() {
      isUp = true;
      for (const user of users) void connect(user);
    },
  };
  return broker;
}
