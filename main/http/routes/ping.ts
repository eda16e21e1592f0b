import { ping } from '../../../shared/http/ping.ts';
import type { RouteMounter } from '../route-mounter.ts';

/** A1. */
export function mountPing(mounter: RouteMounter, { version }: { version: string }): void {
  mounter.mount(ping)(() => ({ status: 'ok', message: 'Lightd is running', version }));
}
