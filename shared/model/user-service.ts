import { z } from 'zod';

/**
 * Whether the host runs as a service of the user's own, apart from the app. `unavailable`: this system or this package has none to
 * offer; `off`: it could be switched on; `on`: the system starts it, and it stays after logging out.
 */
export const userServiceSchema = z.enum(['unavailable', 'off', 'on']);
export type UserServiceState = z.infer<typeof userServiceSchema>;
