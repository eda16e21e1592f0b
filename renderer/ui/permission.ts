import type { Scope } from '../../shared/scopes.ts';

/** What this page's token may do. The host decides; this spares people forms that can only be refused. */
export interface Permission {
  /** Whether it has the scope, for that server where one is named. */
  may: (scope: Scope, server?: string) => boolean;
  /** Whether it is good for some servers alone. */
  isBound: boolean;
}

/** What the host says of the token, as far as it matters here. */
interface Rights {
  scopes: readonly Scope[];
  /** Null: every server. */
  containers: readonly string[] | null;
}

/** Whether it may make a server: its volume needs a token that is good for every server. */
export const mayCreateServers = ({ may, isBound }: Permission): boolean =>
  !isBound && may('containers.write') && may('files.write');

/** Null: not known yet. Then nothing is offered, and nothing is said to be missing (`isKnown`). Pure. */
export function permissionOf(rights: Rights | null): Permission & { isKnown: boolean } {
  return {
    isKnown: rights !== null,
    may: (scope, server) =>
      rights?.scopes.includes(scope) === true &&
      (server === undefined || rights.containers === null || rights.containers.includes(server)),
    isBound: rights !== null && rights.containers !== null,
  };
}
