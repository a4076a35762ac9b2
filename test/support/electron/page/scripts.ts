import { readFileSync } from 'node:fs';
import { createCodec } from '../codec.ts';
import { createPreloadElectron } from './isolated-world.ts';
import { receiveExposed } from './main-world.ts';

/** tsx names functions by a helper that pages do not have. */
const helper = 'const __name = (named) => named;';

/** What `window.open` tells of; see `Contents`. */
export const openBinding = '__standInOpen';

/**
 * Runs in the page's own world before anything of the page. `window.open` is asked about without a page being made, as
 * Electron asks: Chromium's waits for the browser, which waits for who watches it, if the new page is closed at once.
 */
export const mainWorldScript = `(() => {
  ${helper}
  window.open = (url = '') => {
    window.${openBinding}(new URL(url, location.href).href);
    return null;
  };
  if (window === window.top) (${receiveExposed})();
})();`;

/** Runs the preload in its isolated world: CommonJS that may require electron and nothing else. */
export function isolatedWorldScript(preload: string): string {
  return `(() => {
    ${helper}
    if (window !== window.top) return;
    const electron = (${createPreloadElectron})((${createCodec})());
    const module = { exports: {} };
    const require = (name) => {
      if (name === 'electron') return electron;
      throw new Error('module not found: ' + name);
    };
    ((module, exports, require) => { ${readFileSync(preload, 'utf8')}\n })(module, module.exports, require);
  })();`;
}
