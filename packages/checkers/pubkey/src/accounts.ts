import { type Watched, watchFile } from '@gatewright/watched-file'

/** What a pattern and its files need to know of a user. */
export interface Account {
  readonly uid: number
  /** Absolute. */
  readonly home: string
}

/** The accounts in a file like /etc/passwd: passwd(5). Lines that are none are passed over. */
export function watchAccounts(path: string): Watched<ReadonlyMap<string, Account>> {
  return watchFile(path, ({ bytes }) => {
    const accounts = new Map<string, Account>()
    for (const line of bytes.toString().split('\n')) {
      const [name = '', , uid = '', , , home = ''] = line.split(':')
      const isAccount = name !== '' && /^\d{1,10}$/.test(uid) && home.startsWith('/')
      // The first of two, as getpwnam(3) finds it.
      if (isAccount && !accounts.has(name)) accounts.set(name, { uid: Number(uid), home })
    }
    return accounts
  })
}
