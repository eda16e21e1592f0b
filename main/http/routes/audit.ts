import { readAudit } from '../../../shared/http/audit.ts';
import type { AuditTrail } from '../../audit/audit-trail.ts';
import { requireScope } from '../caller.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountAudit(mounter: RouteMounter, { audit }: { audit: AuditTrail }): void {
  mounter.mount(readAudit)(({ query, grant }) => {
    const { before = null, container } = query;
    if (container === undefined) return { entries: audit.page({ before, containers: grant.containers }) };
    requireScope(grant, 'system', container);
    return { entries: audit.page({ before, containers: [container] }) };
  });
}
