import { PortalError } from '@gatewright/portal'

/** What is wrong with a URL. No value of it is repeated, whatever is wrong: it could be the password, in a wrong place. */
export function badUrl(problem: string, hint: string): PortalError {
  return new PortalError('BAD_CONFIGURATION', problem, { hint })
}
