import { createHmac, hash, pbkdf2Sync } from 'node:crypto'
import type { YescryptJob } from './crypt-job.ts'
import { type CryptModule, withCryptModule } from './crypt-module.ts'

/** Three S-boxes, and a block to note where they stand. */
const BOX_BYTES = 3 * 4096 + 64

type Cost = Omit<YescryptJob, 'scheme' | 'password' | 'salt'>

/** yescrypt 1.0 for passwords: read-write mode, no ROM. 32 bytes. */
export function computeYescrypt({ password, salt, ...cost }: YescryptJob): Uint8Array {
  return withCryptModule((module) => {
    const key = needsPrehash(cost)
      ? derive(module, password, salt, { ...cost, cost: cost.cost / 64, time: 0 }, 'yescrypt-prehash')
      : password
    const derived = derive(module, key, salt, cost, 'yescrypt')
    // As in SCRAM (RFC 5802 section 3): what is stored proves the password and is not what a client would prove it with.
    return hash('sha256', hmac(derived, 'Client Key'), 'buffer')
  })
}

/** Big ones begin with a small one, so that a denial of service costs its maker something as well. */
function needsPrehash({ cost, parallelization, blockSize }: Cost): boolean {
  const share = Math.floor(cost / parallelization)
  return share >= 0x100 && share * blockSize >= 0x20000
}

function derive(module: CryptModule, password: Uint8Array, salt: Uint8Array, cost: Cost, name: string): Buffer {
  const size = 128 * cost.blockSize
  const lanes = pbkdf2Sync(hmac(name, password), salt, 1, size * cost.parallelization, 'sha256')
  // hmac() is computed again rather than kept: mixing replaces it by the first bytes of the lanes and then by another HMAC.
  const key = mixed(module, lanes, cost)
  return pbkdf2Sync(key, lanes, 1, 32, 'sha256')
}

/** SMix over all lanes, in place; answers the key for what follows. */
function mixed(module: CryptModule, lanes: Buffer, { cost, blockSize, parallelization, time }: Cost): Buffer {
  const { run, freeAt } = module
  const size = 128 * blockSize
  const boxes = freeAt + lanes.length
  const table = boxes + BOX_BYTES * parallelization
  module.reserve(lanes.length + BOX_BYTES * parallelization + size * cost)

  const share = Math.floor(cost / parallelization)
  const loops = loopsFor(share, time)
  const writing = even(Math.floor(loops / parallelization))
  const laneCost = share - (share % 2)

  let key: Buffer = Buffer.from(lanes.subarray(0, 32))
  module.bytes(freeAt, lanes.length).set(shuffled(lanes, INTO_COLUMNS))
  for (let lane = 0; lane < parallelization; lane++) {
    const block = freeAt + lane * size
    const part = table + lane * laneCost * size
    const count = lane < parallelization - 1 ? laneCost : cost - lane * laneCost
    run.fillBoxes(block, boxes + lane * BOX_BYTES)
    if (lane === 0) {
      const last = shuffled(module.bytes(block + size - 64, 64), OUT_OF_COLUMNS)
      key = hmac(last, key)
    }
    run.fill(block, part, size, count)
    run.mix(block, part, size, 2 ** Math.floor(Math.log2(count)), writing, 1)
    run.parkBoxes(boxes + lane * BOX_BYTES)
  }
  const reading = even(loops) - writing
  if (reading > 0) {
    for (let lane = 0; lane < parallelization; lane++) {
      run.resumeBoxes(boxes + lane * BOX_BYTES)
      run.mix(freeAt + lane * size, table, size, cost, reading, 0)
    }
  }
  lanes.set(shuffled(module.bytes(freeAt, lanes.length), OUT_OF_COLUMNS))
  return key
}

/** How often SMix2 reads in all: a third of a table's blocks for t = 0, two thirds for 1, then all of them for each more. */
function loopsFor(share: number, time: number): number {
  if (time > 1) return share * (time - 1)
  return Math.floor((share * (time + 1) + 2) / 3)
}

function even(number: number): number {
  return number + (number % 2)
}

/** Where each of a block's sixteen words goes, so that Salsa20's columns lie side by side, and back again. */
const INTO_COLUMNS: readonly number[] = Array.from({ length: 16 }, (_, i) => (i * 5) % 16)
const OUT_OF_COLUMNS: readonly number[] = INTO_COLUMNS.map((_, i) => INTO_COLUMNS.indexOf(i))

function shuffled(bytes: Uint8Array, order: readonly number[]): Uint8Array {
  const result = new Uint8Array(bytes.length)
  for (let block = 0; block < bytes.length; block += 64) {
    for (const [to, from] of order.entries()) {
      result.set(bytes.subarray(block + from * 4, block + from * 4 + 4), block + to * 4)
    }
  }
  return result
}

function hmac(key: Uint8Array | string, data: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
