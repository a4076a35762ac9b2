/** Handler properties and listeners alike, as DOM objects have them. */
export class Target {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  addEventListener(type: string, listener: (event: never) => void): void {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
  }

  protected tell(type: string, event: object = {}): void {
    const handler: unknown = Reflect.get(this, `on${type}`);
    if (typeof handler === 'function') Reflect.apply(handler, this, [event]);
    for (const listener of this.#listeners.get(type) ?? []) Reflect.apply(listener, this, [event]);
  }
}
