/** Gives whoever imports `electron` or `original-fs` the stand-in's. Plain JavaScript: it runs before TypeScript can. */
const own = {
  electron: new URL('./electron.ts', import.meta.url).href,
  'original-fs': new URL('./original-fs.ts', import.meta.url).href,
};

export function resolve(specifier, context, next) {
  return Object.hasOwn(own, specifier) ? next(own[specifier], context) : next(specifier, context);
}
