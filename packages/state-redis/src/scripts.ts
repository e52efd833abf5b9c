import { hash } from 'node:crypto'

/** One verb, as Redis runs it: whole, alone, and by Redis's own clock. */
export interface Script {
  readonly source: string
  /** By which Redis knows it once it has seen it. */
  readonly sha: string
}

/** Every answer is a text, because clients can be told to make something of their own of numbers and of nil. */
function script(source: string): Script {
  return { source, sha: hash('sha1', source) }
}

export const CLAIM: Script = script(`
return redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) and 'yes' or 'no'
`)

export const ADVANCE: Script = script(`
local last = redis.call('GET', KEYS[1])
if last and tonumber(ARGV[1]) <= tonumber(last) then return 'no' end
local ttl = math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[2]))
redis.call('SET', KEYS[1], ARGV[1], 'PX', ttl)
return 'yes'
`)

/** The ring of RFC 6479, as in the store of one process: words of 32 bits, and one to spare. */
export const WINDOW: Script = script(`
local n, size, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('GET', KEYS[1])
local top, words = -1, nil
if kept then top, size, words = unpack(cmsgpack.unpack(kept)) end
if not words then
  words = {}
  for i = 1, math.ceil(size / 32) + 1 do words[i] = 0 end
end
local word = math.floor(n / 32)
if n > top then
  local passed = math.min(word - math.floor(top / 32), #words)
  for i = 0, passed - 1 do words[(word - i) % #words + 1] = 0 end
  top = n
elseif n <= top - size then
  return 'too-old'
end
local at, mask = word % #words + 1, bit.lshift(1, n % 32)
if bit.band(words[at], mask) ~= 0 then return 'replay' end
words[at] = bit.bor(words[at], mask)
ttl = math.max(redis.call('PTTL', KEYS[1]), ttl)
redis.call('SET', KEYS[1], cmsgpack.pack({ top, size, words }), 'PX', ttl)
return 'fresh'
`)

export const HIT: Script = script(`
local windowMs, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  if cost <= 0 then return '0 0' end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', windowMs)
  return ARGV[2] .. ' ' .. ARGV[1]
end
local count = tonumber(redis.call('GET', KEYS[1])) + cost
count = string.format('%.0f', math.min(math.max(count, 0), 9007199254740991))
redis.call('SET', KEYS[1], count, 'KEEPTTL')
return count .. ' ' .. string.format('%.0f', left)
`)

export const PUT: Script = script(`
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'kept'
`)

/** A mark before the text, so that nothing is not mistaken for an empty one. */
export const GET: Script = script(`
local value = redis.call('GET', KEYS[1])
return value and '=' .. value or 'none'
`)

export const TAKE: Script = script(`
local value = redis.call('GETDEL', KEYS[1])
return value and '=' .. value or 'none'
`)
