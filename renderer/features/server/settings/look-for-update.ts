import { notifications } from '@mantine/notifications';
import { checkUpdate } from '../../../../shared/http/updates.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { textsOf } from '../../../../shared/texts/messages.ts';
import { api, queryClient } from '../../../link/api.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { updatesKey } from '../../../ui/use-updates.ts';
import en from './texts/look-for-update.en.json';

const t = textsOf('features/server/settings/look-for-update', en);

/** Asks the registry of a server's image, and says what it knows. Never rejects. */
export async function look(id: string, name: string): Promise<void> {
  try {
    const { newer, problem } = await api.call(checkUpdate, { params: { id } });
    const found = t(newer ? 'found' : 'newest', { name });
    notifications.show({ message: problem === null ? found : hostText(problem) });
    await queryClient.invalidateQueries({ queryKey: updatesKey });
  } catch (error) {
    showFailure(error);
  }
}
