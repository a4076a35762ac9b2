/**
 * Chromium features the app does without. Host candidates hidden behind mDNS names fail on many real networks, and
 * signals are sealed for the room anyway, so addresses are told plainly.
 */
const disabledFeatures = ['WebRtcHideLocalIpsWithMdns'];

/** One `disable-features` value: Chromium heeds only the last switch, so what was asked for already must be in it. */
export function disableFeatures(asked: string): string {
  return [...new Set([...asked.split(',').filter(Boolean), ...disabledFeatures])].join(',');
}
