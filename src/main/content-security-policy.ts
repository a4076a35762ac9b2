/**
 * The page loads its own files and dials brokers, whose addresses are settings; nothing else. Each host sends it as a
 * header, since `frame-ancestors` does not count in a meta element.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:",
  // mqtt.js keeps its keep-alive in a worker that it makes from a blob.
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
