import type { MenuItemConstructorOptions } from 'electron';
import { text } from '../../../shared/text.ts';

/** The application's menu. Reloading the page breaks its links for a moment, so only a development run offers it. */
export function menuTemplate(
  platform: NodeJS.Platform,
  packaged: boolean,
  showLog: () => void,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const zoom: MenuItemConstructorOptions[] = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }];
  const development: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    // Elsewhere the window's menu has Close, and on macOS the app's own has Quit and About.
    {
      label: text.desktop.menuFile,
      submenu: [mac ? { role: 'close' } : { role: 'quit', label: text.desktop.quit }],
    },
    { label: text.desktop.menuEdit, role: 'editMenu' },
    {
      label: text.desktop.menuView,
      submenu: [...zoom, { type: 'separator' }, { role: 'togglefullscreen' }, ...(packaged ? [] : development)],
    },
    { label: text.desktop.menuWindow, role: 'windowMenu' },
    {
      label: text.desktop.menuHelp,
      role: 'help',
      submenu: [
        { label: text.desktop.showLog, click: showLog },
        ...(mac ? [] : [{ role: 'about', label: text.desktop.about } as const]),
      ],
    },
  ];
}
