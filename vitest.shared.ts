import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Sources first: no test needs a build. */
const conditions = ['@gatewright/source', 'node', 'default']

/** What every package's tests share; a package's own `vitest.config.ts` re-exports this. */
const shared: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    retry: 0,
    // What tests resolve or spawn by Node's own means finds sources too.
    execArgv: ['--conditions=@gatewright/source'],
    // A promise nobody awaited is a failure of the run, whatever the assertions said.
    dangerouslyIgnoreUnhandledErrors: false,
  },
})

export default shared
