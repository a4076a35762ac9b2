import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { contentSecurityPolicy } from '../../content-security-policy.ts';
import { isOwnUrl } from './origin.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Answers requests to the page's own scheme with the files of one folder, and nothing else. */
export function createPageServer(folder: string): (request: Request) => Promise<Response> {
  return async ({ url, method }) => {
    if (method !== 'GET' || !isOwnUrl(url)) return new Response(null, { status: 405 });
    const path = filePath(folder, url);
    const contentType = path && contentTypes[extname(path)];
    if (!path || !contentType) return new Response(null, { status: 404 });
    try {
      return new Response(await readFile(path), { headers: headers(contentType) });
    } catch {
      return new Response(null, { status: 404 });
    }
  };
}

/** The file a URL names, or null when it would be outside the folder. */
function filePath(folder: string, url: string): string | null {
  try {
    const path = join(folder, decodeURIComponent(new URL(url).pathname));
    return path.startsWith(folder + sep) ? path : null;
  } catch {
    // Malformed percent-encoding.
    return null;
  }
}

function headers(contentType: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  };
}
