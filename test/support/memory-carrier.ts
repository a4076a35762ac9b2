import type { CarrierOptions, CarrierPlan } from '../../src/connect/carrier.ts';
import type { BrokerView } from '../../src/shared/views.ts';

/** A carrier in memory: whoever opens it hears all that is published there, their own words included. */
export interface MemoryCarrier extends CarrierPlan {
  /** In order, wills included. */
  readonly published: readonly Uint8Array[];
  /** How many have opened it and not closed it. */
  readonly users: number;
  /** As anybody could. */
  publish(payload: Uint8Array): void;
  /** Nothing is carried for anybody any more; no will goes out. */
  goDown(): void;
  comeUp(): void;
  /** Loses whoever opened it as the `index`th, who are given no notice: the others hear their will. */
  lose(index: number): void;
}

interface User {
  readonly options: CarrierOptions;
  will: Uint8Array | null;
}

export function makeMemoryCarrier(id: string): MemoryCarrier {
  const published: Uint8Array[] = [];
  const opened: User[] = [];
  const users = new Set<User>();
  let isUp = true;

  function publish(payload: Uint8Array): void {
    published.push(payload);
    for (const user of users) if (user.will) queueMicrotask(() => user.options.onPayload(payload.slice()));
  }

  async function connect(user: User): Promise<void> {
    const will = await user.options.will();
    if (!isUp || !users.has(user)) return;
    user.will = will;
    user.options.onView();
    user.options.onUp();
  }

  return {
    id,
    published,
    get users() {
      return users.size;
    },
    publish,
    open(options) {
      const user: User = { options, will: null };
      opened.push(user);
      users.add(user);
      void connect(user);
      return {
        get view(): BrokerView {
          return { url: id, state: user.will ? 'connected' : 'connecting', reason: null };
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
      for (const user of users) {
        user.will = null;
        user.options.onView();
        user.options.onDown();
      }
    },
    comeUp() {
      isUp = true;
      for (const user of users) void connect(user);
    },
    lose(index) {
      const user = opened[index];
      const will = user?.will;
      if (!user || !will) throw new Error(`nobody is connected as ${index}`);
      users.delete(user);
      user.will = null;
      publish(will);
    },
  };
}
