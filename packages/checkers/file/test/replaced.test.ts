import { fork } from 'node:child_process'
import { on, once } from 'node:events'
import { renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AHEAD, fileOf } from './guests.ts'
import { scratchFile } from './scratch.ts'

const PROCESSES = 4
/** 40 in every run, 1,000 by `test:slow`. */
const REPLACEMENTS = Number(process.env.GATEWRIGHT_REPLACEMENTS ?? 40)
const LOGINS_EACH = 10
const FIRST = AHEAD + 1

interface Report {
  readonly version: number
  readonly wrong: readonly string[]
}

/** A process that logs in. @returns told of a version, what was wrong with the logins made after that */
async function applicant(path: string): Promise<(version: number) => Promise<readonly string[]>> {
  const program = join(import.meta.dirname, 'programs', 'log-in.ts')
  const child = fork(program, [path, String(LOGINS_EACH)], { execArgv: ['--conditions=@gatewright/source'] })
  onTestFinished(() => void child.kill())
  await once(child, 'message')
  const reports = on(child, 'message')
  return async (version) => {
    child.send(version)
    const { value } = (await reports.next()) as { value: [Report] }
    expect(value[0].version).toBe(version)
    return value[0].wrong
  }
}

/** As an editor does it. The time is always the same, as if all were done within one tick of a coarse clock. */
function replace(path: string, version: number): void {
  const next = `${path}.next`
  writeFileSync(next, fileOf(version))
  utimesSync(next, 1, 1)
  renameSync(next, path)
}

const logins = REPLACEMENTS * PROCESSES * LOGINS_EACH
test(`${REPLACEMENTS} replacements of a file do not disturb one of ${logins} logins: who stays is let in, who left is not`, {
  timeout: 30_000 + REPLACEMENTS * 200,
}, async () => {
  const path = scratchFile('')
  replace(path, FIRST)
  const applicants = await Promise.all(Array.from({ length: PROCESSES }, () => applicant(path)))
  const wrong: string[] = []
  for (let version = FIRST; version < FIRST + REPLACEMENTS; version++) {
    const reports = applicants.map((logIn) => logIn(version))
    // One of them is through, and the others are in the middle of their logins.
    await Promise.race(reports)
    replace(path, version + 1)
    wrong.push(...(await Promise.all(reports)).flat())
  }
  expect(wrong).toEqual([])
})
