import { expect, it, onTestFinished } from 'vitest'
import { Gatehouse } from './place.ts'

/** A house with every door open that opens; which these are, and what the log says of the others. */
async function doorsOf(...args: readonly string[]) {
  const server = new Gatehouse()
  const done = server.run(['serve', '--port', '0', '--ssh-port', '0', '--web-port', '0', '--welcome', ...args])
  onTestFinished(async () => {
    server.signals.emit('SIGTERM', 'SIGTERM')
    await done
  })
  await Promise.race([server.shows('Ctrl-C'), done])
  const open = server.out.split('\n').flatMap((line) => /^listening on (\w+):/.exec(line)?.[1] ?? [])
  return { server, open, shut: server.log('shut') }
}

it.each([
  [[], ['tcp', 'ssh', 'http']],
  [
    ['--require', 'password'],
    ['tcp', 'ssh', 'http'],
  ],
  [['--require', 'publickey'], ['ssh']],
  [['--require', 'publickey,password'], ['ssh']],
  [['--require', 'digest'], ['http']],
  [
    ['--require', 'publickey digest'],
    ['ssh', 'http'],
  ],
  [
    ['--require', 'publickey,password password'],
    ['tcp', 'ssh', 'http'],
  ],
])('opens with %j the doors that somebody can come in by: %j', async (args, wanted) => {
  const { server, open, shut } = await doorsOf(...args)
  expect(open).toEqual(wanted)
  expect(server.log('listening')).toHaveLength(wanted.length)
  expect(shut).toHaveLength(3 - wanted.length)
})

it('says of each door that stays shut why, in one line', async () => {
  const { shut } = await doorsOf('--require', 'publickey,password digest,password')
  expect(shut).toEqual([
    expect.objectContaining({
      level: 'warn',
      door: 'tcp',
      message:
        'nobody could come in by this door, so it stays shut: it asks for password, and publickey,password or digest,password is required',
    }),
    expect.objectContaining({ level: 'warn', door: 'web' }),
  ])
})

it('says nothing of a door that was shut on purpose', async () => {
  const { open, shut } = await doorsOf('--require', 'publickey', '--web-port', 'off')
  expect(open).toEqual(['ssh'])
  expect(shut.map(({ door }) => door)).toEqual(['tcp'])
})

it.each([
  [['--require', 'digest,password']],
  [['--require', 'publickey', '--ssh-port', 'off']],
  [['--require', 'digest', '--web-port', 'off']],
])('does not start with %j, by which nobody could come in', async (args) => {
  const place = new Gatehouse()
  expect(await place.run(['serve', '--port', '0', '--ssh-port', '0', '--web-port', '0', ...args])).toBe(2)
  expect(place.out).toBe('')
  expect(place.err).toContain('\nerror: --require: nobody could come in by any door\nhint: ')
})
