import { describe, expect, it } from 'vitest';
import { disableFeatures } from '../../../../../src/main/hosts/electron/features.ts';

describe('disableFeatures', () => {
  it('tells addresses plainly instead of hiding them behind mDNS names', () => {
    expect(disableFeatures('')).toBe('WebRtcHideLocalIpsWithMdns');
  });

  it('keeps what was asked for on the command line in the same switch, each once', () => {
    expect(disableFeatures('A,,WebRtcHideLocalIpsWithMdns,B')).toBe('A,WebRtcHideLocalIpsWithMdns,B');
  });
});
