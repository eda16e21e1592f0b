import { notifications } from '@mantine/notifications';
import { errorText } from '../../shared/error-text.ts';
import { hostText } from '../../shared/texts/host-text.ts';

/** Tells by a notification that something asked for failed: `title` what, the error why. The error's text alone without a title. */
export function showFailure(error: unknown, title?: string): void {
  notifications.show({
    color: 'red',
    message: hostText(errorText(error)),
    ...(title === undefined ? {} : { title }),
  });
}
