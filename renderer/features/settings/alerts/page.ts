import type { Permission } from '../../../ui/permission.ts';

/** Where they are. */
export const alertsPath = '/settings/alerts';

/** The host's affair: not for tokens of some servers. */
export const mayUseAlerts = ({ may, isBound }: Permission): boolean => may('system') && !isBound;
