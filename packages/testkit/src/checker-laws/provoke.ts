import type { CheckerTrial } from '../checker-trial.ts'

/** What a checker said, in the ways in which it can say something, and the secrets that it was told. */
export interface Said {
  readonly values: readonly unknown[]
  readonly secrets: readonly string[]
}

/** Asks whatever makes a checker talk: right, wrong and unknown, itself and through a portal, in order and broken. */
export async function provoke(trial: CheckerTrial): Promise<Said> {
  const values: unknown[] = []
  const secrets: string[] = []
  const users = trial.passwords().slice(0, 2)
  const ask = async () => {
    const checker = await trial.create()
    values.push(checker)
    return async () => {
      for (const [right] of users) {
        const wrong = [trial.wrongPassword(right), trial.stranger()]
        for (const credential of [right, ...wrong]) {
          values.push(await trial.ask(checker, credential), await trial.login(checker, credential))
        }
        secrets.push(...wrong.map(({ password }) => password))
        if (isTelling(right.password) && !trial.names().some((name) => name.includes(right.password))) {
          secrets.push(right.password)
        }
      }
    }
  }
  const working = await ask()
  await working()
  if (trial.subject.sabotage) {
    const broken = await ask()
    await trial.subject.sabotage()
    await broken()
  }
  return { values, secrets }
}

/** Whether no honest sentence holds this by chance: 'password' in a reason gives nobody away. */
function isTelling(password: string): boolean {
  return password.length >= 8 && /[^a-z]/i.test(password)
}
