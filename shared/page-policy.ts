/**
 * The Content-Security-Policy of the page: its own scripts alone, framed by nobody. `connectTo`: what it may connect to beside
 * where it came from, as sources of CSP (`http://127.0.0.1:8070`, `ws:`).
 */
export function pagePolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    // The page's components set styles by script.
    "style-src 'self' 'unsafe-inline'",
    ["connect-src 'self'", ...connectTo].join(' '),
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
