import type { ViteUserConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** The same tests as in `test/`, with more of everything. */
const slow: ViteUserConfig = {
  ...config,
  test: { ...config.test, include: ['test-slow/**/*.test.ts'], testTimeout: 600_000 },
}

export default slow
