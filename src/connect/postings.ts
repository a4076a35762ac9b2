import type { SignalBody } from '../shared/protocol/signal.ts';

/** What one attempt has posted: each message is sent again and again until it is stopped, by itself or with all others. */
export interface Postings {
  post(body: SignalBody): () => void;
  stopAll(): void;
}

export function createPostings(post: (body: SignalBody) => () => void): Postings {
  const running = new Set<() => void>();
  return {
    post(body) {
      const stop = post(body);
      running.add(stop);
      return () => {
        stop();
        running.delete(stop);
      };
    },
    stopAll() {
      for (const stop of running) stop();
      running.clear();
    },
  };
}
