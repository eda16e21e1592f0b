import { readAudit } from '../../shared/http/audit.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { AuditTrail } from './audit-trail.ts';

export function auditRoutes(routes: Routes, { audit }: { audit: AuditTrail }): void {
  routes.mount(readAudit)(({ query, grant }) => {
    const { before = null, container } = query;
    if (container === undefined) return { entries: audit.page({ before, containers: grant.containers }) };
    requireScope(grant, 'system', container);
    return { entries: audit.page({ before, containers: [container] }) };
  });
}
