import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** The picture that the tray was given: its files, and whether macOS colors it. */
const picture = vi.hoisted(() => ({ files: [] as string[], scales: [1], template: false }));

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  return {
    app: { quit: () => undefined },
    BrowserWindow: class {},
    Menu: { buildFromTemplate: () => undefined },
    nativeTheme: {},
    nativeImage: {
      createFromPath(path: string) {
        picture.files.push(path.replace(/^.*\/|\?.*$/g, ''));
        return {
          toDataURL: () => '',
          addRepresentation: ({ scaleFactor }: { scaleFactor: number }) => picture.scales.push(scaleFactor),
          setTemplateImage: (template: boolean) => {
            picture.template = template;
          },
        };
      },
    },
    Tray: class extends Emitter {
      setContextMenu = () => undefined;
    },
  };
});

const { createTray } = await import('../../../../../src/main/hosts/electron/tray.ts');
const { platform } = process;

beforeEach(() => Object.assign(picture, { files: [], scales: [1], template: false }));
afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

describe('the picture in the tray', () => {
  it.each([
    ['darwin', { files: ['trayTemplate.png', 'trayTemplate@2x.png'], scales: [1, 2], template: true }],
    ['win32', { files: ['tray.ico'], scales: [1], template: false }],
    ['linux', { files: ['tray.png'], scales: [1], template: false }],
  ] as const)('is what %s wants', (system, wanted) => {
    Object.defineProperty(process, 'platform', { value: system });
    const window: unknown = new EventEmitter();
    createTray(window as BrowserWindow);
    expect(picture).toEqual(wanted);
  });
});
