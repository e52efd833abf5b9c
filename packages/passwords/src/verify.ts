import { timingSafeEqual } from 'node:crypto'
import type { Recipe } from './format.ts'
import { recipeOf } from './formats.ts'
import { type HashingContext, hashingBudget } from './hashing-budget.ts'
import { passwordBytes } from './password-bytes.ts'

/** Derived from in place of what no password can be, so that it takes as long. It never matches. */
const STAND_IN = Buffer.from('?')

/**
 * Compares a password with a stored string of any known format; one derivation, off the event loop, within the budget.
 * `match-stale` is a match too: the password is right, and the string should be replaced by a new `hash()`.
 *
 * @throws {PasswordsError} `UNKNOWN_FORMAT`, `MALFORMED`, `COST_ABOVE_LIMIT`, before anything is derived; `ENGINE_UNAVAILABLE`
 * @throws {PortalError} `OVERLOADED`, `ABORTED`
 */
export async function verify(
  stored: string,
  password: string,
  context: HashingContext = {},
): Promise<'match' | 'match-stale' | 'mismatch'> {
  const recipe = recipeOf(stored)
  if (!(await matches(recipe, password, context))) return 'mismatch'
  return recipe.weak ? 'match-stale' : 'match'
}

/** Whether this is the password that the recipe was made from. Exactly one derivation, whatever the password is. */
export async function matches(recipe: Recipe, password: string, context: HashingContext): Promise<boolean> {
  const bytes = passwordBytes(password)
  const derived = await hashingBudget.run(recipe.memoryBytes, context, () => recipe.derive(bytes ?? STAND_IN))
  const equal = derived.length === recipe.expected.length && timingSafeEqual(derived, recipe.expected)
  return equal && bytes !== undefined && recipe.admits?.(bytes) !== false
}
