import type { ContainerSpec, ServerNetwork } from '../../main/docker/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';

/** The bridge networks of a fake engine, by name. */
export class FakeNetworks {
  private readonly all = new Map<string, ServerNetwork>();

  has(name: string): boolean {
    return this.all.has(name);
  }

  ensure(network: ServerNetwork): void {
    const found = this.all.get(network.name);
    if (found && found.hostId !== network.hostId) {
      throw new LightdeckError(
        'conflict',
        `A network named ${network.name} exists that is not this host's; remove or rename it.`,
      );
    }
    if (!found) this.all.set(network.name, network);
  }

  /** The others are no longer there. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.all.keys()) if (!names.has(name)) this.all.delete(name);
  }

  list(hostId: string): ServerNetwork[] {
    return [...this.all.values()].filter((network) => network.hostId === hostId);
  }

  remove(name: string, hostId: string): void {
    if (this.all.get(name)?.hostId === hostId) this.all.delete(name);
  }
}

type Port = ContainerSpec['ports'][number];

/** Whether both can't be published at once. */
export function overlaps(one: Port, other: Port): boolean {
  const sameAddress = one.ip === other.ip || one.ip === '0.0.0.0' || other.ip === '0.0.0.0';
  return sameAddress && one.host_port === other.host_port && one.protocol === other.protocol;
}
