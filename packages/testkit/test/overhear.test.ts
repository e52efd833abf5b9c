import { describe, expect, it, vi } from 'vitest'
import { overhear } from '../src/overhear.ts'

describe('what is printed is overheard', () => {
  it.each<[string, () => void]>([
    ['console.log', () => console.log('a %s', 'word')],
    ['console.error', () => console.error('a', 'word')],
    ['standard output', () => process.stdout.write('a word\n')],
    ['standard error', () => process.stderr.write(Buffer.from('a word\n'))],
    ['a warning', () => process.emitWarning('a word', { code: 'TESTKIT' })],
  ])('by %s', async (_by, print) => {
    using _log = vi.spyOn(console, 'log').mockReturnValue()
    using _error = vi.spyOn(console, 'error').mockReturnValue()
    using _out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    using _err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await overhear(async () => print())).toContain('a word')
  })

  it('and still printed, and nothing is left behind, whatever happens', async () => {
    using log = vi.spyOn(console, 'log').mockReturnValue()
    const before = [console.log, Reflect.get(process.stdout, 'write'), process.listenerCount('warning')]
    const failed = overhear(async () => {
      console.log('aloud')
      throw new Error('within')
    })
    await expect(failed).rejects.toThrow('within')
    expect(log).toHaveBeenCalledExactlyOnceWith('aloud')
    expect([console.log, Reflect.get(process.stdout, 'write'), process.listenerCount('warning')]).toEqual(before)
  })
})
