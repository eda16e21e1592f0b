import { openApi } from '../../../shared/http/openapi.ts';
import { describeApi } from '../openapi.ts';
import type { RouteMounter } from '../route-mounter.ts';

/** Describes every route that is mounted by the time somebody asks for the first time. */
export function mountOpenApi(mounter: RouteMounter, { version }: { version: string }): void {
  let document: ReturnType<typeof describeApi> | null = null;
  mounter.mount(openApi)(() => {
    document ??= describeApi({ routes: mounter.routes, version });
    return document;
  });
}
