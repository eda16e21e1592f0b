import { notifications } from '@mantine/notifications';
import { checkUpdate } from '../../../../shared/http/updates.ts';
import { api, queryClient } from '../../../link/api.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { updatesKey } from '../../../ui/use-updates.ts';

/** Asks the registry of a server's image, and says what it knows. Never rejects. */
export async function look(id: string, name: string): Promise<void> {
  try {
    const { newer, problem } = await api.call(checkUpdate, { params: { id } });
    const found = newer
      ? `There is a newer image of ${name}.`
      : `The image of ${name} is the newest of its name.`;
    notifications.show({ message: problem ?? found });
    await queryClient.invalidateQueries({ queryKey: updatesKey });
  } catch (error) {
    showFailure(error);
  }
}
