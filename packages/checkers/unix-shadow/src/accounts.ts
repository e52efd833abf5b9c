import type { StoredUser } from '@gatewright/passwords'
import { type Ageing, ageing } from './ageing.ts'
import { parseDays } from './days.ts'
import { entriesOf, type Flaw } from './entries.ts'
import { UnixError } from './errors.ts'
import { Notices } from './notices.ts'
import { FormatCount, hashIn, isLock } from './password-field.ts'
import type { ShellRule } from './shells.ts'

/** What accounts are understood by. */
export interface AccountRules {
  /** Where they are; for errors. */
  readonly paths: { readonly passwd: string; readonly shadow: string }
  readonly mayLogIn: ShellRule
  readonly allowDes: boolean
}

/** What a line of passwd(5) says that matters here. */
interface PasswdEntry {
  readonly password: string
  readonly shell: string
}

/** What a line of shadow(5) says. */
interface ShadowEntry extends Ageing {
  readonly password: string
}

type Users<T> = ReadonlyMap<string, T | Flaw>

/** What a password field of passwd(5) says when the password is in shadow(5). */
const SHADOWED = 'x'

/** The accounts of one state of the files. */
export class Accounts {
  /** A stored password in the commonest format, if there is one. */
  readonly sample: string | undefined
  /** One line about what was passed over, if anything was. */
  readonly notice: string | undefined
  readonly #passwd: Users<PasswdEntry>
  readonly #shadow: Users<ShadowEntry>
  readonly #rules: AccountRules

  private constructor(
    passwd: Users<PasswdEntry>,
    shadow: Users<ShadowEntry>,
    rules: AccountRules,
    sample: string | undefined,
    notice: string | undefined,
  ) {
    this.#passwd = passwd
    this.#shadow = shadow
    this.#rules = rules
    this.sample = sample
    this.notice = notice
  }

  /** Understands what both files hold. */
  static async read(passwdContent: Buffer, shadowContent: Buffer, rules: AccountRules): Promise<Accounts> {
    const { paths, allowDes } = rules
    const formats = new FormatCount()
    const notices = new Notices()
    const heeding = (path: string) => (line: number, why: string) => notices.add(`${path}:${line} ${why}`)
    const passwd = await entriesOf(passwdContent, {
      fields: 7,
      heed: heeding(paths.passwd),
      understand(fields) {
        const entry = passwdEntry(fields)
        if (typeof entry !== 'string') formats.add(hashIn(entry.password, allowDes))
        return entry
      },
    })
    const heed = heeding(paths.shadow)
    const shadow = await entriesOf(shadowContent, {
      fields: 9,
      heed,
      understand(fields, line) {
        const entry = shadowEntry(fields)
        if (!passwd.has(fields[0] ?? '')) heed(line, `is of nobody in ${paths.passwd}`)
        else if (typeof entry !== 'string') formats.add(hashIn(entry.password, allowDes))
        return entry
      },
    })
    return new Accounts(passwd, shadow, rules, formats.commonest, notices.summary)
  }

  /**
   * The account of that name on that day.
   * @throws {UnixError} `BAD_ENTRY` if its line, in either file, cannot be understood
   */
  find(name: string, today: number): StoredUser | undefined {
    const { paths, mayLogIn, allowDes } = this.#rules
    const passwd = this.#passwd.get(name)
    if (!passwd) return undefined
    if ('flaw' in passwd) throw badEntry(paths.passwd, passwd)
    const shadow = this.#shadow.get(name)
    if (shadow && 'flaw' in shadow) throw badEntry(paths.shadow, shadow)

    // An account that shadow(5) forgot keeps its `x`, which is a lock.
    const field = passwd.password === SHADOWED && shadow ? shadow.password : passwd.password
    const hash = hashIn(field, allowDes)
    // usermod -L locks in shadow(5), also where the password is still in passwd(5).
    const locked = isLock(field) || (shadow !== undefined && isLock(shadow.password))
    const age = shadow && ageing(shadow, today)
    const blocked = locked ? 'locked' : age === 'expired' ? age : mayLogIn(passwd.shell) ? age : 'disabled'
    return {
      id: name,
      // Of blocked users too: what is derived for them takes as long as for others.
      ...(hash === undefined ? {} : { password: hash }),
      ...(blocked === undefined ? {} : { blocked }),
    }
  }
}

const ID = /^[0-9]{1,10}$/

/** passwd(5): name, password, uid, gid, comment, directory, shell. */
function passwdEntry([, password = '', uid = '', gid = '', , , shell = '']: readonly string[]): PasswdEntry | string {
  return ID.test(uid) && ID.test(gid) ? { password, shell } : 'has a uid or gid that is no number'
}

/** shadow(5): name, password, changed, minimum, maximum, warning, inactive, expires, reserved. */
function shadowEntry([, password = '', ...days]: readonly string[]): ShadowEntry | string {
  const numbers = days.slice(0, 6).map(parseDays)
  if (numbers.some(Number.isNaN)) return 'has a day that is no number'
  const [changed, , max, , inactive, expires] = numbers
  return { password, changed, max, inactive, expires }
}

function badEntry(path: string, { line, flaw }: Flaw): UnixError {
  return new UnixError('BAD_ENTRY', `${path}:${line} ${flaw}`, {
    hint: 'Mend it with vipw or vipw -s; pwck finds such lines. Only this user cannot log in.',
  })
}
