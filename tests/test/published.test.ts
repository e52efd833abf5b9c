import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const nodeOf = (path: string) => join(ROOT, path, 'bin/node')

/** The versions that `engines` promises, each by its own binary. */
const NODES = {
  '22': nodeOf('tests/node_modules/node-22'),
  '24': nodeOf('node_modules/node'),
  '26': nodeOf('tests/node_modules/node-26'),
}

/** These are programs: nothing can be imported from them. */
const APPS = new Set(readdirSync(join(ROOT, 'apps')).map((name) => `@gatewright/${name}`))

/** A whole login through installed packages, by import and by require. */
const LOGIN = `
  const portal = createPortal({ realm: { echo: (id) => ({ id }) }, checkers: [memoryChecker({ ada: 'sesame' })] })
  const ends = []
  for (const secret of ['sesame', 'guess']) ends.push((await portal.login(password('ada', secret), 'echo')).status)
  await portal.close()
  console.log(ends.join())
`
const IMPORT = `
  import { createPortal, password } from '@gatewright/portal'
  import { memoryChecker } from '@gatewright/checker-memory'
  ${LOGIN}
`
const REQUIRE = `
  const { createPortal, password } = require('@gatewright/portal')
  const { memoryChecker } = require('@gatewright/checker-memory')
  ;(async () => { ${LOGIN} })()
`

/** Every library loads: nothing in it needs a newer Node, a file that is not published, or a dependency that is not said. */
const ALL_IMPORT = (names: readonly string[]) => `
  for (const name of ${JSON.stringify(names)}) {
    if (Object.keys(await import(name)).length === 0) throw new Error(name + ' exports nothing')
  }
  console.log('loaded')
`
const ALL_REQUIRE = (names: readonly string[]) => `
  for (const name of ${JSON.stringify(names)}) {
    if (Object.keys(require(name)).length === 0) throw new Error(name + ' exports nothing')
  }
  console.log('loaded')
`

let scratch: string
let tarballs: string[]

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'gatewright-published-'))
  const filters = ['./packages/**', './apps/*'].flatMap((path) => ['--filter', path])
  await run('pnpm', ['-r', ...filters, 'pack', '--pack-destination', scratch], { cwd: ROOT })
  tarballs = (await readdir(scratch)).filter((name) => name.endsWith('.tgz'))
  const dependencies = Object.fromEntries(
    tarballs.map((name) => [name.replace(/^gatewright-(.+)-\d+\.\d+\.\d+\.tgz$/, '@gatewright/$1'), `file:./${name}`]),
  )
  await writeFile(join(scratch, 'package.json'), JSON.stringify({ name: 'scratch', private: true, dependencies }))
  const libraries = Object.keys(dependencies).filter((name) => !APPS.has(name))
  await writeFile(join(scratch, 'import.mjs'), IMPORT)
  await writeFile(join(scratch, 'require.cjs'), REQUIRE)
  await writeFile(join(scratch, 'import-all.mjs'), ALL_IMPORT(libraries))
  await writeFile(join(scratch, 'require-all.cjs'), ALL_REQUIRE(libraries))
  // An ordinary npm install, as a user would; vitest serves itself, so its own dependencies need no hiding.
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: scratch })
}, 240_000)

afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('what is published', () => {
  it('holds sources, their build and papers, and nothing else', async () => {
    expect(tarballs.length).toBeGreaterThanOrEqual(23)
    for (const tarball of tarballs) {
      const { stdout } = await run('tar', ['-tzf', join(scratch, tarball)])
      const files = stdout.trim().split('\n')
      expect(
        files.some((file) => /^package\/dist\/(index|main)\.js$/.test(file)),
        tarball,
      ).toBe(true)
      expect(files).toContain('package/README.md')
      for (const file of files) {
        expect(file, tarball).toMatch(
          /^package\/((dist|src|bin)\/[\w./-]+\.(js|d\.ts|ts|json)|assets\/[\w.-]+\.(css|svg)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
        )
        expect(file, tarball).not.toMatch(/\/tests?\/|\.test\./)
      }
    }
  })

  for (const [version, node] of Object.entries(NODES)) {
    describe(`on Node ${version}`, () => {
      it('is really that version', async () => expect((await run(node, ['--version'])).stdout).toMatch(`v${version}.`))

      for (const file of ['import.mjs', 'require.cjs']) {
        it(`logs in through ${file}`, async () => {
          const { stdout } = await run(node, [file], { cwd: scratch })
          expect(stdout).toBe('granted,refused\n')
        })
      }

      for (const file of ['import-all.mjs', 'require-all.cjs']) {
        it(`loads every library through ${file}`, async () => {
          expect((await run(node, [file], { cwd: scratch })).stdout).toBe('loaded\n')
        })
      }

      it('finds installed checkers from an installed program', async () => {
        const { stdout } = await run(node, [join(scratch, 'node_modules/.bin/gatewright-echo'), '--help-auth'], {
          cwd: scratch,
        })
        expect(stdout).toContain('memory')
      })
    })
  }
})
