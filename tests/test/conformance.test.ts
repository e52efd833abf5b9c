import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const CHECKERS = join(import.meta.dirname, '../../packages/checkers')

const checkers = readdirSync(CHECKERS).filter((name) => existsSync(join(CHECKERS, name, 'package.json')))

describe('every checker package passes the published conformance suite', () => {
  it('finds the checkers', () => expect(checkers).toContain('memory'))

  for (const checker of checkers) {
    it(`${checker} has test/conformance.test.ts, and it runs the suite`, () => {
      const test = readFileSync(join(CHECKERS, checker, 'test/conformance.test.ts'), 'utf8')
      expect(test).toMatch(/from '@gatewright\/testkit'/)
      expect(test).toMatch(/\bcheckerTests\(/)
    })
  }
})
