import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { hash, hashingBudget, verify } from '../src/index.ts'
import type { ShaCryptJob } from '../src/worker/crypt-job.ts'
import { CryptPool, cryptPool } from '../src/worker/crypt-pool.ts'

const INDEX = new URL('../src/index.ts', import.meta.url).href

const job: ShaCryptJob = {
  scheme: 'sha-crypt',
  digest: 'sha512',
  password: Buffer.from('sesame'),
  salt: Buffer.from('salt'),
  rounds: 1000,
}

afterEach(() => vi.useRealTimers())

describe('threads of our own', () => {
  test('start when there is work, are used again, and end after ten idle seconds', async () => {
    const pool = new CryptPool()
    expect(pool.threads).toBe(0)
    const first = await pool.run(job)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    expect(await pool.run(job)).toEqual(first)
    expect(pool.threads).toBe(1)
    vi.advanceTimersByTime(9_999)
    expect(await pool.run(job)).toEqual(first)
    vi.advanceTimersByTime(9_999)
    expect(pool.threads).toBe(1)
    vi.advanceTimersByTime(1)
    await vi.waitFor(() => expect(pool.threads).toBe(0))
    vi.useRealTimers()
    expect(await pool.run(job)).toEqual(first)
  })

  test('are never more than the budget has', async () => {
    const options = { scheme: 'sha512-crypt', rounds: 1000, allowWeak: true } as const
    await Promise.all(Array.from({ length: 20 }, () => hash('sesame', options)))
    expect(cryptPool.threads).toBeGreaterThan(0)
    expect(cryptPool.threads).toBeLessThanOrEqual(hashingBudget.limits.threads)
    expect(hashingBudget).toMatchObject({ running: 0, queued: 0, memoryBytes: 0 })
  })

  test('that fail are a fault of theirs, and the next job gets a new one', async () => {
    const pool = new CryptPool()
    const impossible = { ...job, digest: 'sha513' as 'sha512' }
    await expect(pool.run(impossible)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', hint: expect.any(String) })
    expect(await pool.run(job)).toHaveLength(64)
  })

  test('forget memory-hard work: after a big one the next starts small', async () => {
    const pool = new CryptPool()
    const big = { scheme: 'yescrypt', cost: 2 ** 14, blockSize: 32, parallelization: 1, time: 0 } as const
    const { password, salt } = job
    const before = await pool.run({ ...big, password, salt })
    expect(await pool.run({ ...big, password, salt })).toEqual(before)
    expect(await pool.run(job)).toHaveLength(64)
  })
})

describe('a program', () => {
  const run = (program: string, ...options: string[]) =>
    spawnSync(
      process.execPath,
      ['--conditions=@gatewright/source', '--no-warnings', ...options, '--input-type=module', '--eval', program],
      { encoding: 'utf8', timeout: 8_000 },
    )
  const stored =
    '$6$rounds=1000$salt$IPNIhvqP7KZ9BhVlIkOVQ8uQEDJ4TGGZVXb4AGXLLS6jA0Qhr9pWb5gRTl5mwEzUbQMkWPCEtVGQbX9r9H7eo.'

  test('ends by itself, though a thread waits for work', () => {
    const { stdout, status, signal } = run(`
      const { hash, verify } = await import('${INDEX}')
      const stored = await hash('sesame', { scheme: 'sha512-crypt', rounds: 1000, allowWeak: true })
      console.log(await verify(stored, 'sesame'), await verify(stored, 'Sesame'))
    `)
    expect({ stdout, status, signal }).toEqual({ stdout: 'match-stale mismatch\n', status: 0, signal: null })
  })

  test('does not end before its answer is there', () => {
    const { stdout, status } = run(`
      const { verify } = await import('${INDEX}')
      void verify('${stored}', 'sesame').then((verdict) => console.log(verdict))
    `)
    expect({ stdout, status }).toEqual({ stdout: 'mismatch\n', status: 0 })
  })

  test('that may have no threads hears of it, and keeps what needs none', () => {
    const { stdout } = run(
      `
      const { hash, verify } = await import('${INDEX}')
      const error = await verify('${stored}', 'sesame').catch((error) => error)
      console.log(error.code, error.cause.code)
      const other = await hash('sesame', { scheme: 'scrypt' })
      console.log(await verify(other, 'sesame'))
    `,
      '--permission',
      '--allow-fs-read=*',
      '--allow-addons',
    )
    expect(stdout).toBe('ENGINE_UNAVAILABLE ERR_ACCESS_DENIED\nmatch\n')
  })
})

test('what is sent to a thread is the password and nothing that lies beside it in memory', async () => {
  const stored = await hash('sesame', { scheme: 'yescrypt', cost: 16, blockSize: 1, allowWeak: true })
  const spy = vi.spyOn((await import('node:worker_threads')).Worker.prototype, 'postMessage')
  await verify(stored, 'sesame')
  const sent = spy.mock.calls.map(([message]) => message as { password: Uint8Array; salt: Uint8Array })
  spy.mockRestore()
  expect(sent).toHaveLength(1)
  expect(sent.map(({ password, salt }) => [password.buffer.byteLength, salt.buffer.byteLength])).toEqual([[6, 16]])
})
