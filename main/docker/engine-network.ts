import { z } from 'zod';
import { labels } from './container-options.ts';
import type { EngineClient } from './engine-client.ts';
import { engineStatus } from './engine-errors.ts';

const networksSchema = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Created: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);
type Network = z.infer<typeof networksSchema>[number];

/**
 * Makes sure that the bridge network of our servers is there, once (A7). Older engines let two networks of one name come
 * into being when two ask at the same time, and then no container that names it starts. So calls at once share one
 * attempt; and against another process, whoever sees several keeps the oldest: all come to the same choice.
 */
export class EngineNetworks {
  private readonly client: EngineClient;
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(client: EngineClient) {
    this.client = client;
  }

  /** Throws LightdeckError; `engine_refused` with advice where the engine has no free subnet. */
  ensure(name: string): Promise<void> {
    const current = this.underWay.get(name);
    if (current) return current;
    const attempt = this.make(name).finally(() => this.underWay.delete(name));
    this.underWay.set(name, attempt);
    return attempt;
  }

  private async make(name: string): Promise<void> {
    let found = await this.find(name);
    if (found.length === 0) {
      await this.create(name);
      found = await this.find(name);
    }
    for (const surplus of found.slice(1)) await this.removeSurplus(surplus);
  }

  /** Oldest first. */
  private find(name: string): Promise<Network[]> {
    return this.client.call(`look for the network ${name}`, async (docker, abortSignal) => {
      const answer = await docker.listNetworks({ filters: { name: [name] }, abortSignal });
      // The filter matches parts of names too.
      const found = networksSchema.parse(answer).filter((network) => network.Name === name);
      return found.sort((a, b) => (`${a.Created} ${a.Id}` < `${b.Created} ${b.Id}` ? -1 : 1));
    });
  }

  private create(name: string): Promise<void> {
    return this.client.call(`make the network ${name}`, async (docker, abortSignal) => {
      const definition = {
        Name: name,
        Driver: 'bridge',
        CheckDuplicate: true,
        Labels: { [labels.network]: 'true' },
      };
      try {
        await docker.createNetwork({ ...definition, abortSignal });
      } catch (error) {
        // Another host on this engine was quicker.
        if (engineStatus(error) !== 409) throw error;
      }
    });
  }

  /** Only what we made ourselves; gone already, or in use, is left as it is. */
  private async removeSurplus(network: Network): Promise<void> {
    if (network.Labels?.[labels.network] !== 'true') return;
    await this.client.call(`remove the doubled network ${network.Name}`, async (docker, abortSignal) => {
      try {
        await docker.getNetwork(network.Id).remove({ abortSignal });
      } catch (error) {
        if (engineStatus(error) === null) throw error;
      }
    });
  }
}
