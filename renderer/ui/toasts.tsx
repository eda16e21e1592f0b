import { Notifications } from '@mantine/notifications';

/** What is told in the corner; what was told before this was loaded waits in the library's store. */
export default function Toasts() {
  return <Notifications position="bottom-right" limit={4} autoClose={4000} />;
}
