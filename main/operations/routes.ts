import { LightdeckError } from '../../shared/errors.ts';
import { cancelOperation, listOperations, readOperation } from '../../shared/http/operations.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { Grant } from '../auth/contract.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { Operations } from './operations.ts';

/** Who sees a server sees what is done with it; what is about the host, only who sees all of it. */
const maySee = (grant: Grant, { container }: Operation): boolean =>
  container === null ? grant.containers === null : grant.may('containers.read', container);

export function operationRoutes(routes: Routes, { operations }: { operations: Operations }): void {
  const known = (grant: Grant, id: string): Operation => {
    const operation = operations.get(id);
    if (operation && maySee(grant, operation)) return operation;
    throw new LightdeckError('not_found', 'There is no such operation; the ends of old ones are forgotten');
  };
  routes.mount(listOperations)(({ grant }) => ({
    operations: operations.list().filter((operation) => maySee(grant, operation)),
  }));
  routes.mount(readOperation)(({ params, grant }) => known(grant, params.id));
  routes.mount(cancelOperation)(({ params, grant }) => {
    const { id, container } = known(grant, params.id);
    const scope = operations.scopeOf(id);
    if (scope) requireScope(grant, scope, container ?? undefined);
    return operations.cancel(id);
  });
}
