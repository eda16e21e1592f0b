import { readSystem, type SystemView } from '../../../shared/http/system.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountSystem(mounter: RouteMounter, { system }: { system: () => Promise<SystemView> }): void {
  mounter.mount(readSystem)(() => system());
}
