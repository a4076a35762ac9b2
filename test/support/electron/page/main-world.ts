/**
 * Puts into the page's own world what a preload exposes from its isolated one. Functions answer at once, since events
 * cross between the worlds of one document synchronously; their details are cloned on the way.
 */
export function receiveExposed(): void {
  document.addEventListener('stand-in:expose', (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { name, shape } = event.detail as { name: string; shape: unknown };
    if (Object.hasOwn(window, name)) return;
    const callbacks: ((...given: unknown[]) => unknown)[] = [];
    const promises = new Map<number, { done(value: unknown): void; fail(error: Error): void }>();
    let answered: unknown;

    function listen(what: string, handle: (detail: unknown) => void): void {
      document.addEventListener(`stand-in:${name}:${what}`, (told) => {
        if (told instanceof CustomEvent) handle(told.detail);
      });
    }

    listen('result', (detail) => {
      answered = detail;
    });
    listen('callback', (detail) => {
      const { id, given } = detail as { id: number; given: unknown[] };
      callbacks[id]?.(...given);
    });
    listen('settled', (detail) => {
      const { id, value, error } = detail as { id: number; value: unknown; error?: string };
      const waiting = promises.get(id);
      promises.delete(id);
      if (error === undefined) waiting?.done(build(value));
      else waiting?.fail(new Error(error));
    });

    function call(id: number, given: unknown[]): unknown {
      const sent = given.map((each) => {
        if (typeof each !== 'function') return each;
        return { $callback: callbacks.push((...values) => each(...values)) - 1 };
      });
      document.dispatchEvent(new CustomEvent(`stand-in:${name}:call`, { detail: { id, given: sent } }));
      const { value, error } = answered as { value: unknown; error?: string };
      if (error !== undefined) throw new Error(error);
      return build(value);
    }

    function build(value: unknown): unknown {
      if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
        return value;
      if ('$function' in value) {
        const id = Number(value.$function);
        return (...given: unknown[]) => call(id, given);
      }
      if ('$promise' in value) {
        const id = Number(value.$promise);
        return new Promise((done, fail) => promises.set(id, { done, fail }));
      }
      return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, build(each)])));
    }

    Object.defineProperty(window, name, { value: build(shape), enumerable: true });
  });
  document.dispatchEvent(new CustomEvent('stand-in:listening'));
}
