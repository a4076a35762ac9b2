/** Calls on the wrong side of `ready` throw, in the words of Electron. https://www.electronjs.org/docs/latest/api/app#event-ready */
let ready = false;

export function nowReady(): void {
  ready = true;
}

export function beforeReady(what: string): void {
  if (ready) throw new Error(`${what} should be called before app is ready`);
}

export function afterReady(what: string): void {
  if (!ready) throw new Error(`${what} cannot be used before the app is ready`);
}

export function isReady(): boolean {
  return ready;
}
