import type { MenuItemConstructorOptions } from 'electron';
import { text } from '../../../shared/text.ts';

/** The application's menu. Reloading the page breaks its links for a moment, so only a development run offers it. */
export function menuTemplate(platform: NodeJS.Platform, packaged: boolean): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const zoom: MenuItemConstructorOptions[] = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }];
  const development: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: text.desktop.menuFile,
      submenu: [{ role: 'close' }, ...(mac ? [] : [{ role: 'quit', label: text.desktop.quit } as const])],
    },
    { label: text.desktop.menuEdit, role: 'editMenu' },
    { label: text.desktop.menuView, submenu: [...zoom, ...(packaged ? [] : development)] },
    { label: text.desktop.menuWindow, role: 'windowMenu' },
  ];
}
