import type { ContainerInfo, Engine } from '../../docker/contract.ts';

/** Whose a container must be: this host's, and made for this server in this role. */
export interface Owner {
  hostId: string;
  internalId: string;
  role: 'server' | 'install' | 'rehearsal';
}

/** Asked of its labels: a name can be taken by anybody, and changed by anybody (`docker rename`). */
export function isOwn(info: ContainerInfo, { hostId, internalId, role }: Owner): boolean {
  return info.hostId === hostId && info.internalId === internalId && (info.role ?? 'server') === role;
}

/** The server's own container: the one that was adopted for it (A40), else the one on record, whatever it is called now, else the one of its name. Null if there is none. */
export async function findOwn(
  engine: Pick<Engine, 'inspect'>,
  owner: Owner,
  { containerId, name, adopted }: { containerId: string | null; name: string; adopted: string | null },
): Promise<ContainerInfo | null> {
  if (adopted !== null) return engine.inspect(adopted);
  const recorded = containerId === null ? null : await engine.inspect(containerId);
  if (recorded && isOwn(recorded, owner)) return recorded;
  const named = await engine.inspect(name);
  return named && isOwn(named, owner) ? named : null;
}

/** Removes what has the name, if it is the owner's; somebody else's is left alone. Throws what the engine throws. */
export async function removeOwn(
  engine: Pick<Engine, 'inspect' | 'remove'>,
  owner: Owner,
  name: string,
): Promise<void> {
  const info = await engine.inspect(name);
  if (info && isOwn(info, owner)) await engine.remove(info.id);
}

/** What to say of a name that somebody else's container has. */
export function foreignName(name: string): string {
  return `a container named ${name} exists that is not this host's; remove or rename it`;
}
