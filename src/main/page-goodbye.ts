import type { Port } from '../shared/bridge.ts';

/** How the app takes leave of its page, so that the people in the room hear of it before the page is no more. */
export interface Goodbye {
  /** A link's port: the page is not told to leave before what goes through it has been handed on. */
  track(port: Port): Port;
  /** Tells the page to leave; resolves when it has left or is gone, and after `goodbyeWithinMs` in any case. */
  say(tell: () => void): Promise<void>;
  /** The page is out of the room, or there is no page any more. */
  heard(): void;
}

/** A window that hangs must not keep the app. */
export const goodbyeWithinMs = 2000;

export function createGoodbye(): Goodbye {
  const open = new Set<Port>();
  let whenQuiet = (): void => undefined;
  let whenHeard = (): void => undefined;

  function ended(port: Port): void {
    open.delete(port);
    if (open.size === 0) whenQuiet();
  }

  return {
    track(port) {
      open.add(port);
      return {
        post: (message) => port.post(message),
        listen: (handlers) =>
          port.listen({
            message: (message) => handlers.message(message),
            close() {
              ended(port);
              handlers.close();
            },
          }),
        close() {
          ended(port);
          port.close();
        },
      };
    },
    async say(tell) {
      await new Promise<void>((done) => {
        const timers = [setTimeout(leave, goodbyeWithinMs / 2), setTimeout(end, goodbyeWithinMs)];
        whenHeard = end;
        whenQuiet = leave;
        if (open.size === 0) leave();

        // Calls, events and ports overtake each other: what main said last must be out of its ports first.
        function leave(): void {
          clearTimeout(timers[0]);
          whenQuiet = () => undefined;
          try {
            tell();
          } catch {
            // A window that is being destroyed: nobody is there to leave.
            end();
          }
        }

        function end(): void {
          for (const timer of timers) clearTimeout(timer);
          done();
        }
      });
    },
    heard: () => whenHeard(),
  };
}
