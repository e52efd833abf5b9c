/**
 * What an adapter says of a credential that a checker has accepted: `true`, or why it does not count after all. The reason
 * goes to the log, never to the client.
 */
export type Confirmation = true | string

/**
 * The objection in an adapter's answer, believed: nothing but `true` is a yes.
 * @returns why the credential does not count, or `undefined` when it does
 */
export function objectionIn(answer: unknown): string | undefined {
  if (answer === true) return undefined
  return typeof answer === 'string' && answer !== '' ? answer : 'not confirmed by the adapter'
}
