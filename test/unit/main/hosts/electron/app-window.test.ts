import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  return {
    nativeTheme: {},
    BrowserWindow: class extends Emitter {
      show = vi.fn();
      focus = vi.fn();
      restore = vi.fn();
      isMinimized = () => true;
      isDestroyed = () => false;
    },
  };
});

const { createWindow, showWindow } = await import('../../../../../src/main/hosts/electron/app-window.ts');

it('a window that has nothing to show yet stays away, whoever asks for it, and comes once it has', () => {
  const window = createWindow('/out');
  expect(window).toBeInstanceOf(EventEmitter);
  showWindow(window);
  expect(window.show).not.toHaveBeenCalled();
  window.emit('ready-to-show');
  expect(window.show).toHaveBeenCalledOnce();
  showWindow(window);
  expect(window.restore).toHaveBeenCalledOnce();
  expect(window.focus).toHaveBeenCalledOnce();
});
