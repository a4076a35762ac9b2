/**
 * Announcements that could not be answered at once: more newcomers than may be challenged in a while. Somebody who makes up
 * a key for each announcement must not keep everybody else out, so who has announced most often is next, then chance.
 */
export interface ChallengeQueue {
  readonly empty: boolean;
  /** The session's latest announcement; when the queue is full, one of those with the fewest makes way. */
  put(session: string, nonce: string): void;
  take(): { session: string; nonce: string } | null;
}

export function createChallengeQueue(most: number, random: () => number): ChallengeQueue {
  const waiting = new Map<string, { nonce: string; times: number }>();

  function anyOf(times: number): string | undefined {
    const sessions = [...waiting].filter(([, each]) => each.times === times).map(([session]) => session);
    return sessions[Math.min(sessions.length - 1, Math.floor(random() * sessions.length))];
  }

  return {
    get empty() {
      return waiting.size === 0;
    },
    put(session, nonce) {
      const times = (waiting.get(session)?.times ?? 0) + 1;
      if (times === 1 && waiting.size >= most) {
        const least = anyOf(Math.min(...[...waiting.values()].map((each) => each.times)));
        if (least !== undefined) waiting.delete(least);
      }
      waiting.set(session, { nonce, times });
    },
    take() {
      const session = anyOf(Math.max(...[...waiting.values()].map((each) => each.times)));
      const taken = session === undefined ? undefined : waiting.get(session);
      if (session === undefined || !taken) return null;
      waiting.delete(session);
      return { session, nonce: taken.nonce };
    },
  };
}
