/**
 * Stored passwords: make them, verify them, and log people in with them, in one derivation whoever they are.
 *
 * ```ts
 * import { createPortal, password } from '@gatewright/portal'
 * import { hash, type UserSource, userChecker } from '@gatewright/passwords'
 *
 * const users: UserSource = {
 *   name: 'users',
 *   find: async (name) => (name === 'ada' ? { id: 'ada', password: await hash('sesame') } : undefined),
 * }
 * const portal = createPortal({ realm: { desk: (id) => ({ owner: id }) }, checkers: [userChecker(users)] })
 *
 * await using login = await portal.login(password('ada', 'sesame'), 'desk')
 * if (login.status === 'granted') console.log(`${login.avatar.owner} sits down`)
 * ```
 *
 * @module
 */
export type { Argon2idOptions } from './argon2.ts'
export type { BcryptOptions } from './bcrypt.ts'
export { desCrypt } from './des-crypt.ts'
export { PasswordsError, type PasswordsErrorCode } from './errors.ts'
export { type DigestAlgorithm, type Ha1, ha1 } from './ha1.ts'
export { type HashOptions, hash, needsRehash } from './hash.ts'
export { type BudgetLimits, type HashingBudget, type HashingContext, hashingBudget } from './hashing-budget.ts'
export type { Pbkdf2Options } from './pbkdf2.ts'
export { plain } from './plain.ts'
export type { Rehash } from './rehash.ts'
export type { ScryptOptions } from './scrypt.ts'
export type { Sha512CryptOptions } from './sha-crypt.ts'
export { userChecker } from './user-checker.ts'
export type { StoredUser, UserSource } from './user-source.ts'
export { type Verifiers, type VerifiersOptions, verifiers } from './verifiers.ts'
export { verify } from './verify.ts'
export type { YescryptOptions } from './yescrypt.ts'
