import { vi } from 'vitest';
import { WebSocket } from 'ws';

/** As it is without a page. */
const fetchThere = fetch;

/** What a browser gives a page at this address, as far as the page's end of the bridge asks for it; `fetch` follows relative addresses. */
export function standInPage(url: string): void {
  const address = new URL(url);
  const kept = new Map<string, string>();
  vi.stubGlobal('location', address);
  vi.stubGlobal('history', { replaceState: () => undefined });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
    fetchThere(new URL(path, address), { ...init, headers: { Origin: address.origin } }),
  );
  // In a browser the Origin goes by itself.
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { origin: address.origin });
      }
    },
  );
}

/** The tab is closed: whatever the page still dials, nothing happens. */
export function closePage(): void {
  vi.stubGlobal('WebSocket', EventTarget);
}
