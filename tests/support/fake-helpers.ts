import type { HelperEnd, HelperSpec } from '../../main/docker/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';

/** What a fake engine knows of users: whether it is rootless, and the containers for work on files. */
export class FakeHelpers {
  /** Whether its containers' root is the host's own user. */
  rootless = false;
  /** How every command ends. */
  answer: HelperEnd = { code: 0, output: '' };
  /** Those that were made, with the commands that ran in each. */
  readonly made: { spec: HelperSpec; commands: string[][] }[] = [];
  private firstAlive = 0;

  /** Its id. */
  start(spec: HelperSpec): string {
    this.made.push({ spec, commands: [] });
    return `helper-${this.made.length - 1}`;
  }

  run(id: string, command: string[]): HelperEnd {
    const index = /^helper-\d+$/.test(id) ? Number(id.slice('helper-'.length)) : -1;
    const helper = index >= this.firstAlive ? this.made[index] : undefined;
    if (!helper) throw new LightdeckError('not_found', `No such container: ${id}`);
    helper.commands.push(command);
    return this.answer;
  }

  /** All of them are removed by somebody. */
  forget(): void {
    this.firstAlive = this.made.length;
  }
}
