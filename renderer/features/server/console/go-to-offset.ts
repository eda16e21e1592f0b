import type { ServerStore } from '../../../state/server-store.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';

/** Brings a place of the history (bytes) into the terminal's view, loading what lies around it. */
export async function goToOffset(
  { history, console: model }: ServerStore,
  view: TerminalView,
  offset: number,
): Promise<void> {
  try {
    // Behind the last byte there is nothing to load: its end is in view with the byte before it.
    if (offset >= model.end) view.toEnd();
    else {
      await history.show(offset);
      view.reveal(offset, '');
    }
  } catch (error) {
    showFailure(error, strings.cantLoad);
  }
}
