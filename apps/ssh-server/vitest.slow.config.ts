import type { ViteUserConfig } from 'vitest/config'
import shared from '../../vitest.shared.ts'

/** The same tests as in `test/`, with more of everything. */
const slow: ViteUserConfig = {
  ...shared,
  test: { ...shared.test, include: ['test-slow/**/*.test.ts'], testTimeout: 600_000 },
}

export default slow
