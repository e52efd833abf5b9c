import { ambiguous, cut, nameless, taken, unstorable } from './edit-refusals.ts'
import type { EditStatements } from './edit-statements.ts'
import type { SqlResult } from './sql-executor.ts'
import { storedIn } from './user-in-row.ts'

/** Says a statement to a database. */
export type Say = (text: string, params: readonly string[]) => Promise<SqlResult>

/** What an edit does to the row of one user, within the transaction that `say` speaks in. */
export class RowEditor {
  readonly #edits: EditStatements
  readonly #say: Say
  readonly #keyOf: (stored: string) => string | undefined

  /** @param keyOf the form in which a stored name is compared with the one that is wanted */
  constructor(edits: EditStatements, say: Say, keyOf: (stored: string) => string | undefined) {
    this.#edits = edits
    this.#say = say
    this.#keyOf = keyOf
  }

  /**
   * @param ha1sOf the HA1s of whoever the row is of, in the order of their columns: they hold the name as it is stored
   * @throws {SqlError} `AMBIGUOUS`, `NAME_TAKEN`, `BAD_NAME`, `TRUNCATED`, `BAD_ROW`, and what `say` throws
   */
  async put(
    name: string,
    stored: string,
    ha1sOf: (name: string) => readonly string[] = () => [],
  ): Promise<'added' | 'changed'> {
    const { insert, update, lookup } = this.#edits
    const existing = await this.#holder(name)
    const secrets = [stored, ...ha1sOf(existing ?? name)]
    const { affected } =
      existing === undefined
        ? await this.#say(insert, [name, ...secrets])
        : await this.#say(update, [...secrets, existing])
    if (affected > 1) throw ambiguous()
    // What triggers, types and modes of the database made of it: a hash that was cut would lock its user out.
    const { rows } = await this.#say(lookup, [name])
    const [row] = rows
    if (affected !== 1 || rows.length !== 1 || row?.username !== (existing ?? name)) throw unstorable()
    const kept = secrets.every((secret, i) => storedIn(row, i === 0 ? 'password' : `ha1_${i - 1}`) === secret)
    if (!kept) throw cut()
    return existing === undefined ? 'added' : 'changed'
  }

  /** @throws {SqlError} `AMBIGUOUS`, `NAME_TAKEN`, `BAD_ROW`, and what `say` throws */
  async remove(name: string): Promise<boolean> {
    const existing = await this.#holder(name)
    if (existing === undefined) return false
    const { affected } = await this.#say(this.#edits.remove, [existing])
    if (affected > 1) throw ambiguous()
    return affected === 1
  }

  /** The name as it is stored, if somebody has it. */
  async #holder(wanted: string): Promise<string | undefined> {
    const { rows } = await this.#say(this.#edits.lookup, [wanted])
    if (rows.length > 1) throw ambiguous()
    const [row] = rows
    if (row === undefined) return undefined
    const stored = row.username
    if (typeof stored !== 'string') throw nameless()
    if (this.#keyOf(stored) !== wanted) throw taken()
    return stored
  }
}
