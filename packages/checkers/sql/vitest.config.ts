import { defineConfig, type ViteUserConfig } from 'vitest/config'
import shared from '../../../vitest.shared.ts'

/** Vitest hands these to Node, where `import` would also be taken for what CommonJS requires: `pg` breaks by it. */
const conditions = ['@gatewright/source', 'node', 'default']

const config: ViteUserConfig = defineConfig({ ...shared, resolve: { conditions }, ssr: { resolve: { conditions } } })

export default config
