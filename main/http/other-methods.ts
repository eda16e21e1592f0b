import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LightdeckError } from '../../shared/errors.ts';
import type { Route } from '../../shared/http/route.ts';

type MountedPath = Pick<Route, 'method' | 'path'>;

/** What the page's files are served under; whatever comes to nothing else comes here. */
const anyFile = '/*';

/**
 * A3: any other method on a mounted path answers 405 and says which ones there are. Found out when such a call comes: to register
 * each path once more for all methods that it has not would cost every start more than all other routes together. `mounted` is
 * asked at the first such call.
 */
export function refuseOtherMethods(app: FastifyInstance, mounted: () => readonly MountedPath[]): void {
  let paths: PathTable | null = null;
  app.addHook('onRequest', async (request, reply) => {
    if (!isUnknown(request)) return;
    paths ??= new PathTable(mounted());
    const allowed = paths.methodsOf(request.url);
    if (allowed.length === 0) return;
    const allow = allowed.join(', ');
    reply.header('allow', allow);
    throw new LightdeckError('method_not_allowed', `${request.method} is not possible here, only ${allow}`);
  });
}

const isUnknown = (request: FastifyRequest): boolean =>
  request.method !== 'OPTIONS' && (request.is404 || request.routeOptions.url === anyFile);

/** Patterns of paths by their number of segments. */
class PathTable {
  private readonly patterns = new Map<number, { segments: string[]; method: string }[]>();

  constructor(mounted: readonly MountedPath[]) {
    for (const { method, path } of mounted) {
      const segments = path.split('/');
      const alike = this.patterns.get(segments.length) ?? [];
      alike.push({ segments, method });
      this.patterns.set(segments.length, alike);
    }
  }

  /** In the order in which they were mounted. */
  methodsOf(url: string): string[] {
    const path = url.split(/[?#;]/, 1)[0] ?? '';
    const asked = path.split('/');
    const found = new Set<string>();
    for (const { segments, method } of this.patterns.get(asked.length) ?? [])
      if (segments.every((segment, index) => fits(segment, asked[index] ?? ''))) found.add(method);
    // Fastify answers HEAD wherever there is a GET.
    if (found.has('GET')) found.add('HEAD');
    return [...found];
  }
}

const fits = (segment: string, asked: string): boolean =>
  segment.startsWith(':') ? asked !== '' : segment === asked;
