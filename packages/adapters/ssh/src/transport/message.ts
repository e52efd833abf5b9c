/** Message numbers of RFC 4250 section 4.1, those that are asked for by name. */
export const Message = {
  SERVICE_REQUEST: 5,
  SERVICE_ACCEPT: 6,
  EXT_INFO: 7,
  KEXINIT: 20,
  USERAUTH_REQUEST: 50,
  USERAUTH_INFO_RESPONSE: 61,
  /** The first of those that belong to the login, and the first of those that need one. */
  USERAUTH: 50,
  CONNECTION: 80,
} as const

/** Reasons to disconnect, of RFC 4253 section 11.1. */
export const Reason = {
  PROTOCOL_ERROR: 2,
  KEY_EXCHANGE_FAILED: 3,
  SERVICE_NOT_AVAILABLE: 7,
  BY_APPLICATION: 11,
  NO_MORE_AUTH_METHODS_AVAILABLE: 14,
} as const

export type DisconnectReason = (typeof Reason)[keyof typeof Reason]
