/** Lines of authorized_keys, made at random from a seed: right ones, and such as are nearly right. */
export function* generatedLines(keyLine: string, seed: number, count: number): Generator<string> {
  let state = seed
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
  const one = <T>(of: readonly T[]): T => of[next(of.length)] as T
  const maybe = (percent: number): boolean => next(100) < percent

  const [kind = '', base64 = ''] = keyLine.split(' ')
  const flags = ['pty', 'port-forwarding', 'agent-forwarding', 'X11-forwarding', 'user-rc', 'touch-required']
  const addresses = [
    '127.0.0.1',
    '127.0.0.0/8',
    '127.*',
    '*',
    '!10.0.0.1',
    '10.0.0.0/8',
    '!127.0.0.1',
    '::1',
    'localhost',
    '127.0.0.1/8',
    '',
    '127.0.0.?',
  ]
  const times = [
    '20990101',
    '209901011200',
    '20990101120000Z',
    '20200101',
    '20990230',
    '2099',
    '',
    '20991301',
    '20990101z',
    '99990101',
  ]
  const hosts = ['localhost:22', '*:22', '[::1]:80', 'host:*', 'host', ':1', 'host:0', 'host:65536', 'a:b:1', '22', '']
  const bare = [
    () => one(flags),
    () => `no-${one(flags)}`,
    () => one(['restrict', 'RESTRICT', 'cert-authority', 'no-restrict', 'verify-required', 'no-verify-required']),
    () => one(['unknown', 'pty2', 'no-', 'restrict-', '', 'no-no-pty', 'command', 'from']),
  ]
  const valued = [
    () => ['command', one(['true', 'a b', 'say \\"hi\\"', '', 'a,b=c', 'a\\\\', "it's", '#'])],
    () => ['from', [one(addresses), ...(maybe(40) ? [one(addresses)] : [])].join(',')],
    () => ['expiry-time', one(times)],
    () => ['environment', one(['A=1', 'A_B=x=y', 'A', '=1', 'A B=1', 'é=1', '1=2'])],
    () => ['permitopen', one(hosts)],
    () => ['permitlisten', one(hosts)],
    () => ['tunnel', one(['0', 'any', 'x', '-1', '', '99'])],
    () => ['principals', one(['root', 'a,b', ''])],
    () => ['unknown', 'x'],
  ] as const
  const option = (): string => {
    if (maybe(50)) return one(bare)()
    const [name = '', value = ''] = one(valued)()
    const named = maybe(10) ? name.toUpperCase() : name
    return one([
      `${named}="${value}"`,
      `${named}="${value}"`,
      `${named}="${value}"`,
      `${named}=${value}`,
      `${named}="${value}`,
    ])
  }
  const blank = (): string => one([' ', ' ', ' ', '\t', '  ', ' \t'])

  for (let i = 0; i < count; i++) {
    const options = Array.from({ length: next(4) }, option).join(maybe(95) ? ',' : one([',,', ', ', ';']))
    const key = maybe(85)
      ? keyLine
      : one([
          `${kind} ${base64.slice(0, -1)}`,
          `${kind} ${base64.slice(0, 10)}!${base64.slice(10)}`,
          `ssh-rsa ${base64}`,
          `${kind.toUpperCase()} ${base64}`,
          base64,
          `${kind}${blank()}${base64}`,
          `${kind} ${base64}=`,
          `${kind}  ${base64} x`,
          `${kind}\u00a0${base64}`,
        ])
    const comment = maybe(30) ? `${blank()}${one(['ada', 'a "quoted', '#', 'é', '\\', '='])}` : ''
    const trailing = maybe(5) ? ',' : ''
    const line = `${maybe(10) ? blank() : ''}${options}${options === '' ? '' : `${trailing}${blank()}`}${key}${comment}`
    yield maybe(3) ? `#${line}` : line
  }
}
