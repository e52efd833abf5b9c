import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
/** The workspace's own; this package depends on others too, and any of them may have started the test. */
const NODE = join(ROOT, 'node_modules/node/bin/node')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const folders = (path: string) => readdirSync(join(ROOT, path)).map((name) => `${path}/${name}`)
const isPackage = (path: string) => existsSync(join(ROOT, path, 'package.json'))

const libraries = ['packages', 'packages/checkers', 'packages/adapters'].flatMap(folders).filter(isPackage)
const apps = folders('apps').filter(isPackage)

/** Every fence that says which file it shows. */
const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...[...libraries, ...apps].map((path) => `${path}/README.md`),
  ...folders('docs').filter((path) => path.endsWith('.md')),
]
const snippets = documents.flatMap((document) =>
  [...read(document).matchAll(/<!-- (examples\/[\w./-]+\.ts) -->\n+```ts\n([\s\S]*?)```/g)].map(([, file, code]) => ({
    document,
    file: file as string,
    code: code as string,
  })),
)

const HEADINGS = ['Install', 'Example', 'Options', 'Errors', 'Limits']

describe('every snippet in the documents is a file that runs', () => {
  it('finds the snippets', () => expect(snippets.length).toBeGreaterThan(5))

  for (const { document, file, code } of snippets) {
    it(`${document} shows ${file} as it is`, () => expect(code).toBe(read(file)))
  }

  it('leaves no TypeScript in a document unnamed', () => {
    for (const document of documents) {
      const fences = read(document).match(/^```ts$/gm)?.length ?? 0
      expect(fences, document).toBe(snippets.filter((snippet) => snippet.document === document).length)
    }
  })

  for (const file of new Set(snippets.map(({ file }) => file))) {
    it(`${file} runs, and ends well`, async () => {
      const program = spawn(NODE, ['--conditions=@gatewright/source', join(ROOT, file)], {
        env: { ...process.env, PORT: '0' },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      // A server has shown all it can when it listens.
      program.stdout.on('data', (said) => String(said).startsWith('listening') && program.kill())
      const exit = once(program, 'exit') as Promise<[code: number | null, signal: string | null]>
      const [[code, signal], complaints] = await Promise.all([exit, text(program.stderr)])
      expect({ code, signal, complaints }).toMatchObject(
        signal ? { signal: 'SIGTERM', complaints: '' } : { code: 0, complaints: '' },
      )
    })
  }
})

describe('siblings look alike', () => {
  for (const path of libraries) {
    it(`${path}/README.md has the common headings, in order`, () => {
      const headings = [...read(`${path}/README.md`).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
      expect(headings.filter((heading) => HEADINGS.includes(heading as string))).toEqual(HEADINGS)
    })

    it(`${path}/README.md installs what its example imports`, () => {
      const readme = read(`${path}/README.md`)
      const [example = ''] = snippets.filter(({ document }) => document === `${path}/README.md`).map(({ code }) => code)
      const imported = [...example.matchAll(/ from '(?!node:)((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name)
      const [, installed = ''] = /^npm install (.+)$/m.exec(readme) ?? []
      expect(installed.split(' ')).toEqual(expect.arrayContaining(imported))
    })

    it(`${path} starts its index with what it is for, and an example`, () => {
      expect(read(`${path}/src/index.ts`)).toMatch(/^\/\*\*[\s\S]*?```ts[\s\S]*?@module\n \*\//)
    })
  }

  it('describes every package by one sentence in the root README', () => {
    for (const path of [...libraries, ...apps]) expect(read('README.md')).toContain(`(${path})`)
  })
})

describe('relative links in the documents lead somewhere', () => {
  for (const document of documents) {
    it(document, () => {
      for (const [, target] of read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        expect(existsSync(join(ROOT, document, '..', target as string)), `${document} -> ${target}`).toBe(true)
      }
    })
  }
})
