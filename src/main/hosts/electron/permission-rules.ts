import { isOwnUrl } from './origin.ts';

/**
 * A page on another scheme than http needs these to dial a broker on this computer or in its network: fetch since
 * Chromium 142, WebSocket since 147. They are checked first and requested when the check says no.
 */
const granted: ReadonlySet<string> = new Set([
  'local-network',
  'local-network-access',
  'loopback-network',
  'clipboard-sanitized-write',
]);

/**
 * Whether a page at `url` (or of that origin) has a permission.
 *
 * `media` is true when Chromium only checks and false when it would open a microphone or camera: the page never does,
 * but without the check's yes ICE gathers for the default route only, and nothing where there is none.
 */
export function permits(kind: 'check' | 'request', permission: string, url: string): boolean {
  if (!isOwnUrl(url)) return false;
  if (permission === 'media') return kind === 'check';
  return granted.has(permission);
}
