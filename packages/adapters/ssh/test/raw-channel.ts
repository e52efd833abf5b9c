import { WireReader, WireWriter } from '@gatewright/ssh-keys'
import type { Answer, RawClient } from './raw-client.ts'

export const GLOBAL_REQUEST = 80
export const REQUEST_FAILURE = 82
export const OPEN_CONFIRMATION = 91
export const OPEN_FAILURE = 92
export const WINDOW_ADJUST = 93
export const CHANNEL_DATA = 94
export const CHANNEL_CLOSE = 97
export const CHANNEL_SUCCESS = 99

/** The widest that a window can be. */
export const WIDEST = 2 ** 32 - 1

/** Messages of RFC 4254, by a client that calls its channel 0 and opens one after the other: then the server's has the same number. */
export const openSession = (window = WIDEST, sender = 0, packetSize = 32_768): Buffer =>
  new WireWriter().byte(90).string('session').uint32(sender).uint32(window).uint32(packetSize).done()

export const exec = (command: string, channel = 0): Buffer =>
  new WireWriter().byte(98).uint32(channel).string('exec').byte(1).string(command).done()

export const signal = (name: string, channel = 0): Buffer =>
  new WireWriter().byte(98).uint32(channel).string('signal').byte(0).string(name).done()

export const channelData = (data: Uint8Array | string, channel = 0): Buffer =>
  new WireWriter().byte(CHANNEL_DATA).uint32(channel).string(data).done()

export const adjust = (bytes: number, channel = 0): Buffer =>
  new WireWriter().byte(WINDOW_ADJUST).uint32(channel).uint32(bytes).done()

export const endOfFile = (channel = 0): Buffer => new WireWriter().byte(96).uint32(channel).done()

export const close = (channel = 0): Buffer => new WireWriter().byte(CHANNEL_CLOSE).uint32(channel).done()

/** A request that nobody knows, and that is to be answered: when it is, all before it has been looked at. */
export const nonsense = (): Buffer => new WireWriter().byte(GLOBAL_REQUEST).string('nonsense').byte(1).done()

/** Has a program on its first channel. */
export async function runs(client: RawClient, command: string, window = WIDEST): Promise<void> {
  for (const [message, wanted] of [
    [openSession(window), OPEN_CONFIRMATION],
    [exec(command), CHANNEL_SUCCESS],
  ] as const) {
    const answer = await client.ask(message)
    if (answer?.number !== wanted) throw new Error(`the server said ${answer?.number}`)
  }
}

/** Every answer until there is one of this number, which is the last; or until the server closes. */
export async function until(client: RawClient, number: number): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let answer = await client.answer(); answer; answer = await client.answer()) {
    answers.push(answer)
    if (answer.number === number) break
  }
  return answers
}

/** What came as data, and how much the client may send beyond what it might before. */
export function sum(answers: readonly Answer[]): { readonly data: string; readonly granted: number } {
  let data = ''
  let granted = 0
  for (const { number, payload } of answers) {
    const fields = new WireReader(payload.subarray(5))
    if (number === CHANNEL_DATA) data += fields.string().toString('latin1')
    else if (number === WINDOW_ADJUST) granted += fields.uint32()
  }
  return { data, granted }
}
