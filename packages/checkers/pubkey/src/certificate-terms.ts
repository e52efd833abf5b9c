import { type Certificate, type KeyRestrictions, SshKeyError, UNRESTRICTED, WireReader } from '@gatewright/ssh-keys'
import { type AddressList, parseSourceAddress } from './address-list.ts'
import { LineProblem } from './line-problem.ts'

/** What a certificate says about its own use: PROTOCOL.certkeys, critical options and extensions. */
export interface CertificateTerms {
  readonly sourceAddress?: AddressList
  readonly touchRequired: boolean
  readonly verifyRequired: boolean
  readonly restrictions: KeyRestrictions
}

/** Extensions give; without them there is nothing but a connection. */
const GIVES: Readonly<Record<'pty' | 'portForwarding' | 'agentForwarding' | 'x11Forwarding' | 'userRc', string>> = {
  pty: 'permit-pty',
  portForwarding: 'permit-port-forwarding',
  agentForwarding: 'permit-agent-forwarding',
  x11Forwarding: 'permit-X11-forwarding',
  userRc: 'permit-user-rc',
}
const NO_TOUCH = 'no-touch-required'
const CRITICAL: ReadonlySet<string> = new Set(['force-command', 'source-address', 'verify-required'])
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([...Object.values(GIVES), NO_TOUCH])

/** @returns what is wrong, for one that must be refused: a critical option that is not known, or a value that is none */
export function termsOf({ criticalOptions, extensions }: Certificate): CertificateTerms | string {
  const stranger = [...criticalOptions.keys()].find((name) => !CRITICAL.has(name))
  if (stranger !== undefined) return 'the certificate has a critical option that is not known'
  for (const [name, value] of [...extensions, ...criticalOptions]) {
    const isFlag = KNOWN_EXTENSIONS.has(name) || name === 'verify-required'
    if (isFlag && value.length > 0) return `${name} in the certificate has a value, and should have none`
  }
  try {
    const command = textIn(criticalOptions.get('force-command'))
    const source = textIn(criticalOptions.get('source-address'))
    return {
      ...(source === undefined ? {} : { sourceAddress: parseSourceAddress(source) }),
      touchRequired: !extensions.has(NO_TOUCH),
      verifyRequired: criticalOptions.has('verify-required'),
      restrictions: {
        ...UNRESTRICTED,
        ...(command === undefined ? {} : { command }),
        pty: extensions.has(GIVES.pty),
        portForwarding: extensions.has(GIVES.portForwarding),
        agentForwarding: extensions.has(GIVES.agentForwarding),
        x11Forwarding: extensions.has(GIVES.x11Forwarding),
        userRc: extensions.has(GIVES.userRc),
      },
    }
  } catch (error) {
    if (error instanceof LineProblem || error instanceof SshKeyError) return `in the certificate, ${error.message}`
    throw error
  }
}

/** The value of an option is a string in a string. */
function textIn(data: Buffer | undefined): string | undefined {
  if (data === undefined) return undefined
  const reader = new WireReader(data)
  const value = reader.text()
  reader.end()
  if (value.includes('\0')) throw new LineProblem('a value holds a NUL')
  return value
}
