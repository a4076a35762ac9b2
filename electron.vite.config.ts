import { defineConfig } from 'electron-vite';
import packageJson from './package.json' with { type: 'json' };

/**
 * Libraries are bundled. Outside stay Electron itself and the two with native addons, which look for them in their own
 * folders: they are the `dependencies` in package.json, and all of node_modules that the packaged app carries.
 */
export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { electron: 'src/main/hosts/electron/index.ts', browser: 'src/main/hosts/browser/index.ts' },
        // ws probes for two optional accelerators and does without them. `open` is used only by the browser host, which
        // runs from a checkout, and declares a __dirname that collides with electron-vite's own.
        external: [
          'electron',
          'original-fs',
          'bufferutil',
          'utf-8-validate',
          'open',
          ...Object.keys(packageJson.dependencies),
        ],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        // A sandboxed preload is one CommonJS file that requires only electron.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    // simple-peer's dependencies expect Node's global.
    define: { global: 'globalThis' },
    worker: { format: 'es' },
    build: {
      // An inlined worker would be a data: URL, which the Content-Security-Policy refuses.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: 'src/renderer/index.html' } },
    },
  },
});
