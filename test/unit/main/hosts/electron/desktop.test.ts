import { describe, expect, it, vi } from 'vitest';
import { progressBar } from '../../../../../src/main/hosts/electron/activity.ts';
import { hasSureTray, onClose } from '../../../../../src/main/hosts/electron/closing.ts';
import { contextMenuTemplate } from '../../../../../src/main/hosts/electron/context-menu-template.ts';
import { createCrashGuard } from '../../../../../src/main/hosts/electron/crash-guard.ts';
import { firewallWillAsk } from '../../../../../src/main/hosts/electron/firewall-rule.ts';
import { createHandOver } from '../../../../../src/main/hosts/electron/handed.ts';
import { menuTemplate } from '../../../../../src/main/hosts/electron/menu-template.ts';
import { text } from '../../../../../src/shared/text.ts';

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

describe('where a closed window is looked for', () => {
  it('is the tray, but on Linux, where a desktop may have none', () => {
    expect((['win32', 'darwin', 'linux'] as const).map(hasSureTray)).toEqual([true, true, false]);
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

describe('what is handed over', () => {
  it('waits for the app in order, then goes straight to it', () => {
    const handed = createHandOver();
    handed.push({ paths: ['/a'] });
    handed.push({ links: ['roomdrop:x'] });
    const receive = vi.fn();
    handed.open(receive);
    handed.push({});
    expect(receive.mock.calls).toEqual([
      [{ paths: ['/a'], room: null, links: [] }],
      [{ paths: [], room: null, links: ['roomdrop:x'] }],
      [{ paths: [], room: null, links: [] }],
    ]);
  });
});

describe('the menu', () => {
  const template = (platform: NodeJS.Platform, packaged: boolean) => menuTemplate(platform, packaged, () => undefined);
  const roles = (platform: NodeJS.Platform, packaged: boolean) => JSON.stringify(template(platform, packaged));

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

  it.each(['linux', 'win32', 'darwin'] as const)('of %s closes the window in one place', (platform) => {
    // Electron's own window menu has it but on macOS.
    const ours = roles(platform, true).split('"close"').length - 1;
    expect(ours + (platform === 'darwin' ? 0 : 1)).toBe(1);
  });

  it.each(['linux', 'win32', 'darwin'] as const)('of %s has Help, with the log, full screen, and About', (platform) => {
    expect(template(platform, true).at(-1)).toMatchObject({
      role: 'help',
      submenu: expect.arrayContaining([expect.objectContaining({ label: text.desktop.showLog })]),
    });
    expect(roles(platform, true)).toContain('togglefullscreen');
    expect(roles(platform, true)).toMatch(platform === 'darwin' ? /appMenu/ : /"about"/);
  });

  it('opens the log', () => {
    const showLog = vi.fn();
    const help = menuTemplate('linux', true, showLog).at(-1)?.submenu;
    if (!Array.isArray(help)) throw new Error('no help');
    expect(help[0]?.click).toBe(showLog);
  });
});

describe('a right click', () => {
  const flags = { canCut: false, canCopy: false, canPaste: true };

  it('pastes into a field', () => {
    const items = contextMenuTemplate({ isEditable: true, selectionText: '', editFlags: flags });
    expect(items).toContainEqual({ role: 'paste', enabled: true });
    expect(items).toContainEqual({ role: 'cut', enabled: false });
  });

  it('copies what is selected, and offers nothing elsewhere', () => {
    const copy = { ...flags, canCopy: true };
    expect(contextMenuTemplate({ isEditable: false, selectionText: 'apple', editFlags: copy })).toEqual([
      { role: 'copy', enabled: true },
    ]);
    expect(contextMenuTemplate({ isEditable: false, selectionText: ' ', editFlags: copy })).toEqual([]);
  });
});

describe('the firewall of Windows', () => {
  const environment = { ProgramFiles: 'C:\\Program Files' };

  it('asks about an app that was installed for one user', () => {
    expect(
      firewallWillAsk('win32', 'C:\\Users\\a\\AppData\\Local\\Programs\\Roomdrop\\Roomdrop.exe', environment),
    ).toBe(true);
  });

  it('has its rule where it was installed for all, and is nowhere else', () => {
    expect(firewallWillAsk('win32', 'c:\\program files\\Roomdrop\\Roomdrop.exe', environment)).toBe(false);
    expect(firewallWillAsk('linux', '/opt/Roomdrop/roomdrop', {})).toBe(false);
  });
});
