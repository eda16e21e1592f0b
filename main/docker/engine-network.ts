import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { labels } from './container-options.ts';
import type { ServerNetwork } from './contract.ts';
import { type EngineClient, longCallLimitMs } from './engine-client.ts';
import { engineStatus } from './engine-errors.ts';
import { machineRanges } from './machine-ranges.ts';
import { type AddressRange, firstAddress, freeSubnet, parseSubnet } from './subnets.ts';

const networksSchema = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Created: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    IPAM: z
      .object({
        Config: z
          .array(z.object({ Subnet: z.string().optional(), Gateway: z.string().optional() }))
          .nullish(),
      })
      .nullish(),
  }),
);
type Network = z.infer<typeof networksSchema>[number];

/** Subnets that are tried before the choice is left to the engine: other programs may take one at the same moment. */
const maxTries = 8;

/**
 * The servers' bridge networks (A7). Each gets a small subnet of its own from ranges that nothing on this machine uses, since an
 * engine's own pools hold about thirty networks. Work on networks is done one after the other: two at once would choose the same
 * subnet, or take away what the other has just found.
 */
export class EngineNetworks {
  private readonly client: EngineClient;
  private last: Promise<unknown> = Promise.resolve();

  constructor(client: EngineClient) {
    this.client = client;
  }

  /** Throws LightdeckError; `conflict` if somebody else has a network of that name. */
  ensure(network: ServerNetwork): Promise<void> {
    return this.inTurn(async () => {
      const all = await this.all();
      const found = all.filter(({ Name }) => Name === network.name);
      const ours = found.filter((one) => isOf(one, network.hostId));
      if (found.length > ours.length) {
        throw new LightdeckError(
          'conflict',
          `A network named ${network.name} exists that is not this host's; remove or rename it.`,
        );
      }
      if (ours.length === 0) await this.make(network, all);
      // Older engines may have made two if an answer was lost; then no container that names it starts.
      for (const surplus of ours.slice(1)) await this.removeById(surplus);
    });
  }

  /** See `Engine.gateway`. */
  async gateway(network: ServerNetwork): Promise<string | null> {
    await this.ensure(network);
    const found = (await this.all()).find((one) => one.Name === network.name && isOf(one, network.hostId));
    const configs = found?.IPAM?.Config ?? [];
    // Docker doesn't tell one that it chose itself.
    const addresses = configs.map(({ Gateway, Subnet }) => Gateway || firstAddress(Subnet ?? ''));
    return addresses.find((address) => address !== null && !address.includes(':')) ?? null;
  }

  /** Those of this host's servers. */
  async list(hostId: string): Promise<ServerNetwork[]> {
    return (await this.all()).flatMap(({ Name, Labels }) => {
      const internalId = Labels?.[labels.id];
      return Labels?.[labels.host] === hostId && internalId !== undefined
        ? [{ name: Name, hostId, internalId }]
        : [];
    });
  }

  /** Only what this host made, or what a host made before networks carried its id. In use, or gone: fine. */
  remove(name: string, hostId: string): Promise<void> {
    return this.inTurn(async () => {
      const found = (await this.all()).filter(
        (one) =>
          one.Name === name &&
          (isOf(one, hostId) ||
            (one.Labels?.[labels.network] === 'true' && one.Labels[labels.host] === undefined)),
      );
      for (const network of found) await this.removeById(network);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }

  /** Oldest first. */
  private all(): Promise<Network[]> {
    return this.client.call('list the networks', async (docker, abortSignal) => {
      const found = networksSchema.parse(await docker.listNetworks({ abortSignal }));
      return found.sort((a, b) => (`${a.Created} ${a.Id}` < `${b.Created} ${b.Id}` ? -1 : 1));
    });
  }

  private async make(network: ServerNetwork, all: Network[]): Promise<void> {
    const taken = [...(await machineRanges()), ...all.flatMap(subnetsOf)];
    for (let tries = 0; tries < maxTries; tries += 1) {
      const subnet = freeSubnet(taken);
      if (subnet === null) break;
      if (await this.create(network, subnet)) return;
      const refused = parseSubnet(subnet);
      if (refused) taken.push(refused);
    }
    await this.create(network, null);
  }

  /** False if the engine says that something it knows of has these addresses. */
  private create(network: ServerNetwork, subnet: string | null): Promise<boolean> {
    return this.client.call(
      `make the network ${network.name}`,
      async (docker, abortSignal) => {
        const definition = {
          Name: network.name,
          Driver: 'bridge',
          CheckDuplicate: true,
          Labels: {
            [labels.network]: 'true',
            [labels.host]: network.hostId,
            [labels.id]: network.internalId,
          },
          ...(subnet === null ? {} : { IPAM: { Config: [{ Subnet: subnet }] } }),
        };
        try {
          await docker.createNetwork({ ...definition, abortSignal });
          return true;
        } catch (error) {
          if (subnet !== null && isOverlap(error)) return false;
          throw error;
        }
      },
      longCallLimitMs,
    );
  }

  private async removeById(network: Network): Promise<void> {
    await this.client.call(
      `remove the network ${network.Name}`,
      async (docker, abortSignal) => {
        try {
          await docker.getNetwork(network.Id).remove({ abortSignal });
        } catch (error) {
          // 403: containers are still on it.
          if (![403, 404, 409].includes(engineStatus(error) ?? 0)) throw error;
        }
      },
      longCallLimitMs,
    );
  }
}

function isOf(network: Network, hostId: string): boolean {
  return network.Labels?.[labels.host] === hostId;
}

function subnetsOf({ IPAM }: Network): AddressRange[] {
  return (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? (parseSubnet(Subnet) ?? []) : []));
}

/** Engines have no code of their own for it. */
function isOverlap(error: unknown): boolean {
  return (
    engineStatus(error) !== null && error instanceof Error && /overlap|already used/i.test(error.message)
  );
}
