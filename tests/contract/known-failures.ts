import { errorTable } from '../../shared/errors.ts';
import { errorsOf, type Route } from '../../shared/http/route.ts';

/** The entry that a request is for, if there is one: paths with parameters match whatever stands in their place. */
function routeOf(routes: readonly Route[], method: string, path: string): Route | undefined {
  const asked = path.split('?')[0] ?? '';
  const matches = ({ path: pattern }: Route): boolean => {
    const expression = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');
    return new RegExp(`^${expression}$`).test(asked);
  };
  const candidates = routes.filter(
    (route) => route.method === (method === 'HEAD' ? 'GET' : method) && matches(route),
  );
  // `/network/ports/random` is itself, not a port of that name.
  return candidates.find(({ path: pattern }) => pattern === asked) ?? candidates[0];
}

/** Throws when a route answers with a status that its entry doesn't name (405 and 408 are answers of the server, not of a route). */
export function expectKnownFailure(
  routes: readonly Route[],
  asked: { method: string; path: string },
  status: number,
): void {
  const route =
    status < 400 || status === 405 || status === 408 ? undefined : routeOf(routes, asked.method, asked.path);
  if (!route) return;
  const known = errorsOf(route).map((code) => errorTable[code].status);
  if (known.some((one) => one === status)) return;
  throw new Error(
    `${route.method} ${route.path} answered ${status}, which its entry in shared/http doesn't name`,
  );
}
