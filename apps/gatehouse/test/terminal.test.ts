import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { Gatehouse, scratch } from './place.ts'

/** A real terminal, by its own program: what is typed is shown by the kernel unless somebody told it not to. */
const EXPECT = spawnSync('expect', ['-v']).status === 0
const REQUIRED = process.env.CI === 'true'
const MAIN = join(import.meta.dirname, '../src/main.ts')
const GATEHOUSE = `${process.execPath} --conditions=@gatewright/source ${MAIN}`

/** Everything that a terminal showed while this dialogue was held. */
async function screen(cwd: string, dialogue: string): Promise<string> {
  const child = spawn('expect', ['-c', `set timeout 20\n${dialogue}`], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  return await text(child.stdout)
}

it.runIf(REQUIRED)('has the expect that these tests need: apt-get install expect', () => {
  expect(EXPECT).toBe(true)
})

it.skipIf(!EXPECT)('never shows a password that is typed at a terminal', async () => {
  const directory = scratch()
  const shown = await screen(
    directory,
    `spawn ${GATEHOUSE} users add ada
    expect "Password for ada: " { send "correct horZZ\\177\\177se\\r" }
    expect "The same again: " { send "wrong\\025correct horse\\r" }
    expect eof
    lassign [wait] pid spawned os code
    puts "code $code"`,
  )
  expect(shown).toContain('Password for ada: \r\nThe same again: \r\nadded ada\r\n')
  expect(shown).toContain('code 0')
  expect(shown).not.toMatch(/correct|horse|wrong/)
  const place = new Gatehouse(directory)
  expect(await place.run(['users', 'list'])).toBe(0)
})

it.skipIf(!EXPECT).each([
  ['Ctrl-C', '\\003', 130],
  ['Ctrl-D', '\\004', 1],
  ['a line that is refused', 'short\\rshort\\r', 1],
])('restores the terminal after %s', async (_what, keys, code) => {
  // A shell, whose terminal outlives the program.
  const script = `stty -g > before\n${GATEHOUSE} users add ada\necho code=$?\nstty -g > after\ncmp before after && echo same`
  const shown = await screen(
    scratch({ script }),
    `spawn sh script
    expect "Password for ada: " { send "hidden\\025${keys}" }
    expect eof`,
  )
  expect(shown).toContain(`\r\ncode=${code}\r\nsame\r\n`)
  expect(shown).not.toMatch(/hidden|short/)
})

it.skipIf(!EXPECT).each(['HUP', 'QUIT', 'TERM', 'INT'])('restores the terminal after SIG%s', async (signal) => {
  // Not before the second question: what has not been read by then, the terminal of the shell would show.
  const run = `sh -c 'echo $$ > pid; exec ${GATEHOUSE} users add ada'`
  const script = `stty -g > before\n${run}\nstty -g > after\ncmp before after && echo same`
  const shown = await screen(
    scratch({ script }),
    `spawn sh script
    expect "Password for ada: " { send "hidden horse\\r" }
    expect "The same again: " { exec kill -${signal} [exec cat pid] }
    expect eof`,
  )
  expect(shown).toMatch(/same\r\n$/)
  expect(shown).not.toContain('hidden')
})

it.skipIf(!EXPECT)('asks before it removes, and shows the answer', async () => {
  const directory = scratch()
  const shown = await screen(
    directory,
    `spawn ${GATEHOUSE} users add ada
    expect "Password for ada: " { send "correct horse\\rcorrect horse\\r" }
    expect eof
    spawn ${GATEHOUSE} users remove ada
    expect "Remove ada? " { send "y\\r" }
    expect eof`,
  )
  expect(shown).toContain('Remove ada? [y/N] y\r\nremoved ada\r\n')
})
