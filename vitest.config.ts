import { defineConfig } from 'vitest/config'

/** The watch loop of `pnpm dev`: every package's tests in one process, on sources. */
export default defineConfig({
  test: {
    projects: ['packages/*', 'packages/checkers/*', 'packages/adapters/*', 'apps/*', 'examples', 'tests'],
  },
})
