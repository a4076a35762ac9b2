import { describe, expect, it } from 'vitest';
import { permits } from '../../../../../src/main/hosts/electron/permission-rules.ts';

const own = 'app://roomdrop/index.html';

describe('permits', () => {
  it('media when checked, so that ICE sees every network, and never when requested', () => {
    expect(permits('check', 'media', own)).toBe(true);
    expect(permits('check', 'media', 'app://roomdrop')).toBe(true);
    expect(permits('request', 'media', own)).toBe(false);
  });

  it.each(['local-network', 'local-network-access', 'loopback-network', 'clipboard-sanitized-write'])(
    '%s, both ways',
    (permission) => {
      expect(permits('check', permission, 'app://roomdrop/')).toBe(true);
      expect(permits('request', permission, own)).toBe(true);
    },
  );

  it.each([
    'clipboard-read',
    'geolocation',
    'notifications',
    'display-capture',
    'openExternal',
    'fileSystem',
    'unknown',
  ])('no %s', (permission) => {
    expect(permits('check', permission, own)).toBe(false);
    expect(permits('request', permission, own)).toBe(false);
  });

  it.each([
    '',
    'https://example.org/',
    'app://roomdrop.example.org/',
    'app://roomdrop@example.org/',
    'app://other/',
    'file:///',
  ])('nothing to %j', (url) => {
    for (const permission of ['media', 'local-network', 'clipboard-sanitized-write']) {
      expect(permits('check', permission, url)).toBe(false);
      expect(permits('request', permission, url)).toBe(false);
    }
  });
});
