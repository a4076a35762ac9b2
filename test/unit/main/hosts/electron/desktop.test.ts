import { describe, expect, it, vi } from 'vitest';
import { progressBar } from '../../../../../src/main/hosts/electron/activity.ts';
import { onClose } from '../../../../../src/main/hosts/electron/closing.ts';
import { createCrashGuard } from '../../../../../src/main/hosts/electron/crash-guard.ts';
import { createHandedPaths } from '../../../../../src/main/hosts/electron/handed-paths.ts';
import { menuTemplate } from '../../../../../src/main/hosts/electron/menu-template.ts';

describe('the progress bar', () => {
  it('shows the fraction, no end, or nothing', () => {
    expect(progressBar({ transferring: true, fraction: 0.25 })).toBe(0.25);
    expect(progressBar({ transferring: true, fraction: 1.5 })).toBe(1);
    expect(progressBar({ transferring: true, fraction: null })).toBeGreaterThan(1);
    expect(progressBar({ transferring: false, fraction: 0.5 })).toBeLessThan(0);
  });
});

describe('closing the window', () => {
  it('hides it in a room, and quits otherwise but on macOS', () => {
    expect(onClose({ inRoom: true, platform: 'linux' })).toBe('hide');
    expect(onClose({ inRoom: false, platform: 'linux' })).toBe('quit');
    expect(onClose({ inRoom: false, platform: 'win32' })).toBe('quit');
    expect(onClose({ inRoom: false, platform: 'darwin' })).toBe('hide');
  });
});

describe('a page that crashes', () => {
  it('is reopened three times within a minute, and again after a quiet one', () => {
    let nowMs = 0;
    const worthReopening = createCrashGuard(() => nowMs);
    expect([worthReopening(), worthReopening(), worthReopening(), worthReopening()]).toEqual([true, true, true, false]);
    nowMs = 60_000;
    expect(worthReopening()).toBe(true);
  });
});

describe('handed paths', () => {
  it('wait for the app, then go straight to it', () => {
    const handed = createHandedPaths();
    handed.push(['/a']);
    handed.push([]);
    handed.push(['/b', '/c']);
    const receive = vi.fn();
    handed.open(receive);
    handed.push(['/d']);
    handed.push([]);
    expect(receive.mock.calls).toEqual([[['/a', '/b', '/c']], [['/d']]]);
  });

  it('trouble nobody when there are none', () => {
    const receive = vi.fn();
    createHandedPaths().open(receive);
    expect(receive).not.toHaveBeenCalled();
  });
});

describe('the menu', () => {
  const roles = (platform: NodeJS.Platform, packaged: boolean) => JSON.stringify(menuTemplate(platform, packaged));

  it('reloads the page in a development run only', () => {
    expect(roles('linux', false)).toContain('"reload"');
    expect(roles('linux', true)).not.toContain('"reload"');
    expect(roles('linux', true)).not.toContain('toggleDevTools');
  });

  it('quits where each system expects it', () => {
    expect(roles('linux', true)).toContain('"quit"');
    expect(roles('darwin', true)).toContain('"appMenu"');
    expect(roles('darwin', true)).not.toContain('"quit"');
  });
});
