import type { MenuItem, MenuItemConstructorOptions, MenuRole, Menu as MenuType } from './surface.ts';

type Item = MenuItem & { readonly role?: MenuRole };

/** What a role that is a whole menu holds. https://www.electronjs.org/docs/latest/api/menu-item#roles */
const submenus: Partial<Record<MenuRole, readonly string[]>> = {
  appMenu: ['about', 'services', 'hide', 'hideOthers', 'unhide', 'quit'],
  editMenu: ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'selectAll'],
  windowMenu: ['minimize', 'zoom', 'close'],
};

let applicationMenu: MenuType | null = null;

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]): MenuType => ({ items: template.map(item) }),
  setApplicationMenu(menu: MenuType | null): void {
    applicationMenu = menu;
  },
  getApplicationMenu: (): MenuType | null => applicationMenu,
};

function item({ label, role, submenu, click }: MenuItemConstructorOptions): Item {
  const given = submenu ?? (role ? submenus[role]?.map((each) => ({ label: each })) : undefined);
  return {
    label: label ?? role ?? '',
    ...(role && { role }),
    ...(given && { submenu: { items: given.map(item) } }),
    click: click ?? (() => undefined),
  };
}
