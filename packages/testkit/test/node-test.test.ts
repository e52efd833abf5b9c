import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CHECKER_LAWS } from '../src/checker-laws/index.ts'
import { SOURCE_LAWS } from '../src/source-laws/index.ts'
import { STATE_LAWS } from '../src/state-laws/index.ts'

/** Runs one file by `node --test`, as its author would. */
function nodeTest(file: string): { readonly status: number | null; readonly output: string } {
  const path = fileURLToPath(new URL(`./node-test/${file}`, import.meta.url))
  // A runner within a runner: node takes these for its own.
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=@gatewright/source', '--test', '--test-reporter=tap', path],
    { encoding: 'utf8', env },
  )
  return { status, output: stdout }
}

const count = (output: string, what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1])

describe('the suites run in node:test as they do in vitest', () => {
  it('and pass what is honest', () => {
    const { status, output } = nodeTest('honest.ts')
    expect(output).toMatch(/^# fail 0$/m)
    // Every law but that of public keys.
    expect(count(output, 'pass')).toBe(CHECKER_LAWS.length - 1 + SOURCE_LAWS.length + STATE_LAWS.length)
    expect(status).toBe(0)
  })

  it('and fail what is broken, with the law, the reason and the advice', () => {
    const { status, output } = nodeTest('broken.ts')
    expect(count(output, 'fail')).toBe(1)
    expect(output).toMatch(/^not ok \d+ - compares passwords to the last byte$/m)
    for (const word of ['law: ', 'why: ', 'hint: ']) expect(output).toContain(word)
    expect(status).toBe(1)
  })
})
