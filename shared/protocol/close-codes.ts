/** Close codes of the socket protocol, with the reason that goes with them. */
export const closeCodes = {
  hostStopping: { code: 1001, reason: 'host is stopping' },
  sharingEnded: { code: 1001, reason: 'not shared on this network any more' },
  abuse: { code: 1008, reason: 'too many bad frames' },
  tooLarge: { code: 1009, reason: 'frame too large' },
  failed: { code: 1011, reason: 'internal error' },
  tokenExpired: { code: 4001, reason: 'token expired' },
  tokenRevoked: { code: 4002, reason: 'token revoked' },
  tooSlow: { code: 4008, reason: 'too slow' },
} as const;
export type CloseReason = (typeof closeCodes)[keyof typeof closeCodes];
