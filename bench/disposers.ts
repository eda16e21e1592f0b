import { errorText } from '../shared/error-text.ts';

export type Dispose = () => void | Promise<void>;

/** Undo steps, registered where something is acquired, run once in reverse order; a failing step doesn't stop the others. */
export class Disposers {
  private steps: { name: string; dispose: Dispose }[] = [];

  add(name: string, dispose: Dispose): void {
    this.steps.push({ name, dispose });
  }

  /** What could not be undone, in words; empty when all went well. Steps added meanwhile are run as well. */
  async run(): Promise<string[]> {
    const failures: string[] = [];
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await step.dispose();
      } catch (error) {
        failures.push(`${step.name}: ${errorText(error)}`);
      }
    }
    return failures;
  }
}
