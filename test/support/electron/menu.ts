import type { MenuItemConstructorOptions, MenuRole, Menu as MenuSurface } from './surface.ts';

export interface MenuType extends MenuSurface {
  readonly items: readonly Item[];
}

export interface Item {
  readonly label: string;
  readonly role?: MenuRole;
  readonly submenu?: MenuType;
  click(): void;
}

/** What a role that is a whole menu holds. https://www.electronjs.org/docs/latest/api/menu-item#roles */
const submenus: Partial<Record<MenuRole, readonly string[]>> = {
  appMenu: ['about', 'services', 'hide', 'hideOthers', 'unhide', 'quit'],
  editMenu: ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'selectAll'],
  windowMenu: ['minimize', 'zoom', 'close'],
};

/** Context menus that have been opened, the latest last. */
export const opened: MenuType[] = [];
const built = new Set<MenuSurface>();
let applicationMenu: MenuType | null = null;

export const Menu = {
  buildFromTemplate: build,
  setApplicationMenu(menu: MenuSurface | null): void {
    applicationMenu = menu && isBuilt(menu) ? menu : null;
  },
  getApplicationMenu: (): MenuType | null => applicationMenu,
};

function isBuilt(menu: MenuSurface): menu is MenuType {
  return built.has(menu);
}

function build(template: readonly MenuItemConstructorOptions[]): MenuType {
  const menu: MenuType = { items: template.map(item), popup: () => void opened.push(menu) };
  built.add(menu);
  return menu;
}

function item({ label, role, submenu, click }: MenuItemConstructorOptions): Item {
  const given = submenu ?? (role ? submenus[role]?.map((each) => ({ label: each })) : undefined);
  return {
    label: label ?? role ?? '',
    ...(role && { role }),
    ...(given && { submenu: build(given) }),
    click: click ?? (() => undefined),
  };
}
