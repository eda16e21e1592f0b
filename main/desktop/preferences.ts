import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type PreferenceChanges,
  type Preferences,
  preferencesSchema,
} from '../../shared/model/preferences.ts';
import { Emitter } from '../lib/emitter.ts';
import { writeAtomically } from '../lib/write-atomically.ts';

/** What the user wants of the app, kept in a file of its own: the host's configuration may be another machine's service. */
export class PreferenceStore {
  private readonly path: string;
  private values: Preferences;
  private readonly changes = new Emitter<Preferences>();
  readonly onChange = this.changes.on;

  /** `folder` must be there. A file that is missing or broken means the defaults; it is written anew with the next change. */
  constructor(folder: string) {
    this.path = join(folder, 'preferences.json');
    this.values = read(this.path);
  }

  get current(): Preferences {
    return this.values;
  }

  /** Throws if the file can't be written; then nothing is changed. */
  change(changes: PreferenceChanges): Preferences {
    const next = preferencesSchema.parse({ ...this.values, ...changes });
    writeAtomically(this.path, `${JSON.stringify(next, null, 2)}\n`);
    this.values = next;
    this.changes.emit(next);
    return next;
  }
}

function read(path: string): Preferences {
  try {
    const parsed = preferencesSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // Missing, or no JSON.
  }
  return preferencesSchema.parse({});
}
